import { afterEach, beforeEach, expect } from 'vitest'
import { daemonSet, daemonSets, metaOf, type ObjectMeta, remove, type Session } from './session'
import type { Assert } from './target'

const name = 'contract-deletes'
const path = `${daemonSets}/${name}`

export function specifyDeletes(session: () => Session, it: Assert): void {
  let meta: ObjectMeta
  const stillThere = async () => (await session().ordinary.request('GET', path)).status === 200

  const options = (more: object) => ({
    body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background', ...more },
  })

  beforeEach(async () => {
    const labels = { 'example.com/nowhere': 'true' }
    const object = daemonSet(name)
    const spec = object.spec as { template: { spec: object } }
    // A selector that fits no node: no pods, hence a resource version that settles.
    spec.template.spec = { ...spec.template.spec, nodeSelector: labels }
    meta = metaOf(await session().ordinary.expect('POST', daemonSets, { body: object }))
  })
  afterEach(() => remove(session().breakGlass, path))

  it('a dry run asked for in the body deletes nothing', async () => {
    const { status, json } = await session().ordinary.request('DELETE', path, options({ dryRun: ['All'] }))
    expect(status).toBe(200)
    expect(json).toMatchObject({ kind: 'Status', status: 'Success', details: { name, uid: meta.uid } })
    expect(await stillThere()).toBe(true)
  })

  it('a dry run asked for in the query deletes nothing when there is no body', async () => {
    const { status } = await session().ordinary.request('DELETE', `${path}?dryRun=All`)
    expect(status).toBe(200)
    expect(await stillThere()).toBe(true)
  })

  it('a dry run asked for in the query is not seen when there is a body: the object is gone', async () => {
    const { status } = await session().ordinary.request('DELETE', `${path}?dryRun=All`, options({}))
    expect(status).toBe(200)
    expect(await stillThere()).toBe(false)
  })

  it('an unknown kind of dry run is 422', async () => {
    const { status, json } = await session().ordinary.request('DELETE', `${path}?dryRun=Some`)
    expect(status).toBe(422)
    expect(json).toMatchObject({ reason: 'Invalid', code: 422 })
    expect(await stillThere()).toBe(true)
  })

  for (const dryRun of [undefined, ['All']]) {
    const way = dryRun ? 'in dry run' : 'in earnest'

    it(`another uid is 409 Conflict, ${way}`, async () => {
      const body = options({ dryRun, preconditions: { uid: '00000000-0000-0000-0000-000000000000' } })
      const { status, json } = await session().ordinary.request('DELETE', path, body)
      expect(status).toBe(409)
      expect(json).toMatchObject({ kind: 'Status', reason: 'Conflict', code: 409, details: { name } })
      expect(json.message).toMatch(/UID in (the )?precondition/)
      expect(json.message).toContain(meta.uid)
      expect(await stillThere()).toBe(true)
    })

    it(`another resource version is 409 Conflict, ${way}`, async () => {
      const body = options({ dryRun, preconditions: { uid: meta.uid, resourceVersion: '1' } })
      const { status, json } = await session().ordinary.request('DELETE', path, body)
      expect(status).toBe(409)
      expect(json).toMatchObject({ kind: 'Status', reason: 'Conflict', code: 409, details: { name } })
      expect(json.message).toMatch(/ResourceVersion in (the )?precondition/)
      expect(await stillThere()).toBe(true)
    })

    it(`without the right it is 403, ${way}`, async () => {
      const { status, json } = await session().telemetry.request('DELETE', path, options({ dryRun }))
      expect(status).toBe(403)
      expect(json).toMatchObject({
        kind: 'Status',
        reason: 'Forbidden',
        code: 403,
        details: { name, group: 'apps', kind: 'daemonsets' },
      })
      expect(json.message).toContain('cannot delete resource "daemonsets" in API group "apps"')
      expect(await stillThere()).toBe(true)
    })
  }

  it('the right uid deletes at once and tells which object it was; a repeat is 404', async () => {
    const { ordinary } = session()
    const body = options({ preconditions: { uid: meta.uid } })
    const { status, json } = await ordinary.request('DELETE', path, body)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name, group: 'apps', kind: 'daemonsets', uid: meta.uid },
    })
    const again = await ordinary.request('DELETE', path, body)
    expect(again.status).toBe(404)
    expect(again.json).toMatchObject({ reason: 'NotFound', message: `daemonsets.apps "${name}" not found` })
  })

  it('put back, it is another object: new uid, and the old precondition no longer fits', async () => {
    const { ordinary } = session()
    await ordinary.expect('DELETE', path, options({}))
    const back = metaOf(await ordinary.expect('POST', daemonSets, { body: daemonSet(name) }))
    expect(back.uid).not.toBe(meta.uid)
    const stale = await ordinary.request('DELETE', path, options({ preconditions: { uid: meta.uid } }))
    expect(stale.status).toBe(409)
  })
}
