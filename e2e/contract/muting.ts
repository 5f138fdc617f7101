import { afterEach, expect } from 'vitest'
import type { JsonObject, Reply } from '../controlplane/api'
import { until } from '../controlplane/seed'
import { sample } from './probes'
import { metaOf, remove, type Session } from './session'
import type { Assert } from './target'

const group = 'flowcontrol.apiserver.k8s.io'
const name = 'contract-mute'
const patience = 20_000
const all = ['*']

/** In which releases each version is served (kubernetes.io, deprecation guide). */
const served: Record<string, (minor: number) => boolean> = {
  v1: minor => minor >= 29,
  v1beta3: minor => minor >= 26 && minor <= 31,
  v1beta2: minor => minor >= 23 && minor <= 28,
  v1beta1: minor => minor >= 20 && minor <= 25,
}

const sharesField = (version: string) =>
  /v1beta[12]$/.test(version) ? 'assuredConcurrencyShares' : 'nominalConcurrencyShares'

function level(version: string, shares: number): JsonObject {
  const limited = { [sharesField(version)]: shares, limitResponse: { type: 'Reject' } }
  return {
    apiVersion: `${group}/${version}`,
    kind: 'PriorityLevelConfiguration',
    metadata: { name },
    spec: { type: 'Limited', limited },
  }
}

function schema(version: string, subject: object): JsonObject {
  const resourceRules = [{ verbs: all, apiGroups: all, resources: all, namespaces: all, clusterScope: true }]
  return {
    apiVersion: `${group}/${version}`,
    kind: 'FlowSchema',
    metadata: { name },
    spec: {
      priorityLevelConfiguration: { name },
      matchingPrecedence: 2,
      distinguisherMethod: { type: 'ByUser' },
      rules: [
        { subjects: [subject], resourceRules, nonResourceRules: [{ verbs: all, nonResourceURLs: all }] },
      ],
    },
  }
}

/** A caller that is sent to a priority level of its own, which has hardly a seat. */
export function specifyMuting(session: () => Session, it: Assert): void {
  const versions = async () => {
    const { versions } = await session().ordinary.expect('GET', `/apis/${group}`)
    return (versions as { version: string }[]).map(({ version }) => version)
  }
  const preferred = async () => (await versions())[0] ?? ''
  const root = (version: string) => `/apis/${group}/${version}`
  const schemaUid = (reply: Reply) => reply.headers['x-kubernetes-pf-flowschema-uid']
  /** A request of somebody, as Holdfast makes it to prove that he is muted. */
  const as = (user: string, groups?: string) =>
    session().breakGlass.request('GET', '/api/v1/namespaces/default', {
      headers: { 'impersonate-user': user, ...(groups ? { 'impersonate-group': groups } : {}) },
    })
  const mute = async (subject: object, shares?: number) => {
    const version = await preferred()
    const { ordinary } = session()
    const least = version === 'v1' ? 0 : 1
    const body = level(version, shares ?? least)
    await ordinary.expect('POST', `${root(version)}/prioritylevelconfigurations`, { body })
    const made = await ordinary.expect('POST', `${root(version)}/flowschemas`, {
      body: schema(version, subject),
    })
    return metaOf(made).uid
  }

  afterEach(async () => {
    const version = await preferred()
    await remove(session().breakGlass, `${root(version)}/flowschemas/${name}`)
    await remove(session().breakGlass, `${root(version)}/prioritylevelconfigurations/${name}`)
  })

  it('the versions of flow control are those of its release, newest first', async () => {
    const { gitVersion } = await session().ordinary.expect('GET', '/version')
    const minor = Number(/^v1\.(\d+)/.exec(String(gitVersion))?.[1])
    const expected = Object.keys(served).filter(version => served[version]?.(minor))
    expect(await versions()).toEqual(expected)
  })

  it('each version names its shares in its own way, and only v1 can tell nought from nothing', async () => {
    const { ordinary, breakGlass } = session()
    const known = await versions()
    for (const version of known) {
      const path = `${root(version)}/prioritylevelconfigurations`
      for (const shares of [1, 0]) {
        const made = await ordinary.request('POST', path, { body: level(version, shares) })
        expect(made.status, made.text).toBe(201)
        const kept = shares === 0 && version !== 'v1' ? 30 : shares
        for (const other of shares === 1 ? known : [version]) {
          const url = `${root(other)}/prioritylevelconfigurations/${name}`
          const { spec } = (await ordinary.expect('GET', url)) as { spec: { limited: JsonObject } }
          expect(spec.limited[sharesField(other)], `${version} as ${other}`).toBe(kept)
        }
        await remove(breakGlass, `${path}/${name}`)
      }
    }
  })

  it('a schema whose level is missing says so, and catches nobody', async () => {
    const version = await preferred()
    const { ordinary } = session()
    const path = `${root(version)}/flowschemas`
    const body = schema(version, { kind: 'User', user: { name: 'jane' } })
    const { uid } = metaOf(await ordinary.expect('POST', path, { body }))
    await until('the schema to be dangling', patience, async () => {
      const { status } = await ordinary.expect('GET', `${path}/${name}`)
      const conditions = (status as { conditions?: { type: string; status: string }[] }).conditions ?? []
      return conditions.some(condition => condition.type === 'Dangling' && condition.status === 'True')
    })
    expect(schemaUid(await as('jane'))).not.toBe(uid)
  })

  it('an account, a user and a group are each caught as they are named, and nobody else is', async () => {
    const { collector, ordinary } = session()
    const account = `system:serviceaccount:${collector.namespace}:${collector.name}`
    const callers: [subject: object, caught: () => Promise<Reply>, spared: () => Promise<Reply>][] = [
      [{ kind: 'ServiceAccount', serviceAccount: collector }, () => as(account), () => as(`${account}-2`)],
      [{ kind: 'User', user: { name: 'jane' } }, () => as('jane'), () => as('joan')],
      [{ kind: 'Group', group: { name: 'crawlers' } }, () => as('jane', 'crawlers'), () => as('jane')],
    ]
    for (const [subject, caught, spared] of callers) {
      const uid = await mute(subject)
      await until(`${JSON.stringify(subject)} to be caught`, patience, async () => {
        return schemaUid(await caught()) === uid
      })
      expect(schemaUid(await spared())).not.toBe(uid)
      const version = await preferred()
      await ordinary.expect('DELETE', `${root(version)}/flowschemas/${name}`)
      await ordinary.expect('DELETE', `${root(version)}/prioritylevelconfigurations/${name}`)
      await until('it to be let go', patience, async () => schemaUid(await caught()) !== uid)
    }
  })

  it('of many requests at once of a muted caller all carry the header, and v1 turns some away', async () => {
    const uid = await mute({ kind: 'User', user: { name: 'jane' } })
    await until('the schema to be in force', patience, async () => schemaUid(await as('jane')) === uid)
    // Before v1 the least is one share, whose seats so few connections cannot fill.
    const canFill = (await preferred()) === 'v1'
    let refused: Reply | undefined
    await until('one to be turned away', patience, async () => {
      const replies = await Promise.all(Array.from({ length: 24 }, () => as('jane')))
      expect(replies.every(reply => schemaUid(reply) === uid)).toBe(true)
      refused = replies.find(({ status }) => status === 429)
      return refused !== undefined || !canFill
    })
    if (canFill) expect(refused?.headers['retry-after']).toMatch(/^\d+$/)
    expect((await session().ordinary.request('GET', '/api/v1/namespaces/default')).status).toBe(200)
  })

  it('one share is as many seats as its part of the server’s, rounded up', async () => {
    await mute({ kind: 'User', user: { name: 'jane' } }, 1)
    const metric = 'apiserver_flowcontrol_nominal_limit_seats'
    let own: number | undefined
    let large: number | undefined
    await until('the level to be counted', patience, async () => {
      const { text } = await session().ordinary.request('GET', '/metrics')
      own = sample(text, metric, { priority_level: name })
      large = sample(text, metric, { priority_level: 'workload-low' })
      return own !== undefined && own > 0
    })
    // Workload-low has 100 shares.
    expect(own).toBe(Math.ceil((large ?? 0) / 100))
  })
}
