import { beforeAll, expect } from 'vitest'
import type { JsonObject } from '../controlplane/api'
import type { Session } from './session'
import type { Assert } from './target'

const group = '/apis/authentication.k8s.io'

/** Requests on behalf of others: how it is proved that a caller is muted. */
export function specifyImpersonation(session: () => Session, it: Assert): void {
  let account = ''
  let reviews = ''

  beforeAll(async () => {
    const { breakGlass, collector } = session()
    account = `system:serviceaccount:${collector.namespace}:${collector.name}`
    const { preferredVersion } = await breakGlass.expect('GET', group)
    reviews = `${group}/${(preferredVersion as { version: string }).version}/selfsubjectreviews`
  })

  /** Whom the server takes the caller for. */
  const seenAs = async (headers: Record<string, string>) => {
    const apiVersion = reviews.split('/').slice(2, 4).join('/')
    const body = { apiVersion, kind: 'SelfSubjectReview' }
    const { status } = await session().breakGlass.expect('POST', reviews, { body, headers })
    return (status as { userInfo: JsonObject }).userInfo
  }

  it('a service account without groups gets those of its token', async () => {
    const { namespace } = session().collector
    expect(await seenAs({ 'impersonate-user': account })).toMatchObject({
      username: account,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    })
  })

  it('with groups it gets those that are named and no others', async () => {
    expect(await seenAs({ 'impersonate-user': account, 'impersonate-group': 'some-group' })).toMatchObject({
      groups: ['some-group', 'system:authenticated'],
    })
  })

  it('a user without groups is just authenticated', async () => {
    expect(await seenAs({ 'impersonate-user': 'jane' })).toMatchObject({
      username: 'jane',
      groups: ['system:authenticated'],
    })
  })

  it('it has the rights of whom it acts for, and no others', async () => {
    const headers = { 'impersonate-user': account }
    const { breakGlass } = session()
    expect((await breakGlass.request('GET', '/api/v1/pods?limit=1', { headers })).status).toBe(200)
    const refused = await breakGlass.request('GET', '/api/v1/secrets', { headers })
    expect(refused.status).toBe(403)
    expect(refused.json.message).toContain(`User "${account}" cannot list resource "secrets"`)
  })

  it('it goes through the flow schema of whom it acts for', async () => {
    const { breakGlass, telemetry } = session()
    const uid = 'x-kubernetes-pf-flowschema-uid'
    const path = '/api/v1/pods?limit=1'
    const own = await telemetry.request('GET', path)
    const acted = await breakGlass.request('GET', path, { headers: { 'impersonate-user': account } })
    expect(acted.headers[uid]).toBe(own.headers[uid])
    expect((await breakGlass.request('GET', path)).headers[uid]).not.toBe(own.headers[uid])
  })

  for (const who of ['an account', 'a user']) {
    it(`to act for ${who} without leave is 403`, async () => {
      const headers = { 'impersonate-user': who === 'an account' ? account : 'jane' }
      const { status, json } = await session().telemetry.request('GET', '/api/v1/pods', { headers })
      expect(status).toBe(403)
      expect(json).toMatchObject({ kind: 'Status', reason: 'Forbidden', code: 403 })
      expect(json.message).toMatch(/cannot impersonate/)
    })
  }

  it('a group without a user is no identity', async () => {
    const headers = { 'impersonate-group': 'some-group' }
    const { status, text } = await session().breakGlass.request('GET', '/api/v1/pods', { headers })
    expect([400, 500]).toContain(status)
    expect(text).toMatch(/without impersonating a user/)
  })
}
