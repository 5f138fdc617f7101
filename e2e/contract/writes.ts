import { afterEach, expect } from 'vitest'
import { daemonSet, daemonSets, metaOf, remove, type Session } from './session'
import type { Assert } from './target'

const name = 'contract-writes'
const path = `${daemonSets}/${name}`
const merge = 'application/merge-patch+json'
const jsonPatch = 'application/json-patch+json'
const scale = '/apis/apps/v1/namespaces/kube-system/deployments/coredns/scale'

export function specifyWrites(session: () => Session, it: Assert): void {
  const create = () => session().ordinary.expect('POST', daemonSets, { body: daemonSet(name) })
  afterEach(() => remove(session().breakGlass, path))

  it('a created object has uid, resource version and generation', async () => {
    const { status, json } = await session().ordinary.request('POST', daemonSets, { body: daemonSet(name) })
    expect(status).toBe(201)
    expect(json).toMatchObject({
      kind: 'DaemonSet',
      apiVersion: 'apps/v1',
      metadata: {
        name,
        namespace: 'default',
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        resourceVersion: expect.stringMatching(/^\d+$/),
        generation: 1,
        creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
    })
  })

  it('what exists cannot be created again: 409 AlreadyExists', async () => {
    await create()
    const { status, json } = await session().ordinary.request('POST', daemonSets, { body: daemonSet(name) })
    expect(status).toBe(409)
    expect(json).toMatchObject({
      reason: 'AlreadyExists',
      code: 409,
      message: `daemonsets.apps "${name}" already exists`,
      details: { name, group: 'apps', kind: 'daemonsets' },
    })
  })

  it('a dry run of a creation answers 201 and creates nothing', async () => {
    const { ordinary } = session()
    const dry = await ordinary.request('POST', `${daemonSets}?dryRun=All`, { body: daemonSet(name) })
    expect(dry.status).toBe(201)
    expect((await ordinary.request('GET', path)).status).toBe(404)
  })

  it('an object that carries a resource version passes a dry run but cannot be created', async () => {
    const { ordinary } = session()
    const copy = daemonSet(name)
    const body = { ...copy, metadata: { ...(copy.metadata as object), resourceVersion: '5' } }
    expect((await ordinary.request('POST', `${daemonSets}?dryRun=All`, { body })).status).toBe(201)
    const { status, json } = await ordinary.request('POST', daemonSets, { body })
    expect(status).toBe(500)
    expect(json).toMatchObject({
      kind: 'Status',
      message: 'resourceVersion should not be set on objects to be created',
      code: 500,
    })
  })

  it('an object that contradicts itself is 422 with the field that is wrong', async () => {
    const copy = daemonSet(name)
    const body = { ...copy, spec: { ...(copy.spec as object), selector: { matchLabels: { app: 'other' } } } }
    const { status, json } = await session().ordinary.request('POST', daemonSets, { body })
    expect(status).toBe(422)
    expect(json).toMatchObject({
      kind: 'Status',
      reason: 'Invalid',
      code: 422,
      details: {
        name,
        group: 'apps',
        kind: 'DaemonSet',
        causes: [{ reason: 'FieldValueInvalid', field: 'spec.template.metadata.labels' }],
      },
    })
  })

  it('a body that is no object is 400', async () => {
    const { status, json } = await session().ordinary.request('POST', daemonSets, { body: 'nonsense' })
    expect(status).toBe(400)
    expect(json).toMatchObject({ kind: 'Status', reason: 'BadRequest', code: 400 })
  })

  it('a creation without the right is 403 that names user, verb and resource', async () => {
    const { telemetry, collector } = session()
    const { status, json } = await telemetry.request('POST', daemonSets, { body: daemonSet(name) })
    expect(status).toBe(403)
    expect(json).toMatchObject({
      reason: 'Forbidden',
      message: `daemonsets.apps is forbidden: User "system:serviceaccount:${collector.namespace}:${collector.name}" cannot create resource "daemonsets" in API group "apps" in the namespace "default"`,
    })
  })

  it('a merge patch sets, and removes with null', async () => {
    const { ordinary } = session()
    const before = metaOf(await create())
    const patch = (value: string | null) => ({
      body: { metadata: { annotations: { 'example.com/note': value } } },
      contentType: merge,
    })
    const set = metaOf(await ordinary.expect('PATCH', path, patch('here')))
    expect(set.annotations).toMatchObject({ 'example.com/note': 'here' })
    expect(set.uid).toBe(before.uid)
    expect(set.resourceVersion).not.toBe(before.resourceVersion)
    const cleared = metaOf(await ordinary.expect('PATCH', path, patch(null)))
    expect(cleared.annotations ?? {}).not.toHaveProperty(['example.com/note'])
  })

  it('a patch in dry run changes nothing', async () => {
    const { ordinary } = session()
    const before = metaOf(await create())
    const body = { metadata: { labels: { tried: 'yes' } } }
    const dry = await ordinary.request('PATCH', `${path}?dryRun=All`, { body, contentType: merge })
    expect(dry.status).toBe(200)
    expect(metaOf(dry).labels).toMatchObject({ tried: 'yes' })
    const after = metaOf(await ordinary.expect('GET', path))
    expect(after.labels).not.toHaveProperty('tried')
    expect(after.uid).toBe(before.uid)
  })

  it('a merge patch with an old resource version is 409', async () => {
    await create()
    const body = { metadata: { resourceVersion: '1', annotations: { a: 'b' } } }
    const { status, json } = await session().ordinary.request('PATCH', path, { body, contentType: merge })
    expect(status).toBe(409)
    expect(json).toMatchObject({
      reason: 'Conflict',
      code: 409,
      message: `Operation cannot be fulfilled on daemonsets.apps "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    })
  })

  it('a JSON patch is applied when its test holds, and refused as 422 when not', async () => {
    const { ordinary } = session()
    const { uid } = metaOf(await create())
    const patch = (expected: string) => [
      { op: 'test', path: '/metadata/uid', value: expected },
      { op: 'add', path: '/metadata/labels/patched', value: 'yes' },
    ]
    const refused = await ordinary.request('PATCH', path, { body: patch('another'), contentType: jsonPatch })
    expect(refused.status).toBe(422)
    expect(refused.json).toMatchObject({
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
    })
    const applied = await ordinary.request('PATCH', path, { body: patch(uid), contentType: jsonPatch })
    expect(applied.status).toBe(200)
    expect(metaOf(applied).labels).toMatchObject({ patched: 'yes' })
  })

  it('a patch of an unknown kind is 415', async () => {
    await create()
    const options = { body: {}, contentType: 'text/plain' }
    const { status, json } = await session().ordinary.request('PATCH', path, options)
    expect(status).toBe(415)
    expect(json).toMatchObject({ reason: 'UnsupportedMediaType', code: 415 })
  })

  it('a Deployment has a scale, and a scale of nought has an empty spec', async () => {
    const { ordinary } = session()
    const now = await ordinary.expect('GET', scale)
    expect(now).toMatchObject({ kind: 'Scale', apiVersion: 'autoscaling/v1', spec: { replicas: 2 } })
    const body = { spec: { replicas: 0 } }
    const none = await ordinary.expect('PATCH', `${scale}?dryRun=All`, { body, contentType: merge })
    expect(none).toMatchObject({ kind: 'Scale', spec: {} })
    expect(none.spec).not.toHaveProperty('replicas')
    expect(await ordinary.expect('GET', scale)).toMatchObject({ spec: { replicas: 2 } })
  })

  it('a DaemonSet has no scale', async () => {
    await create()
    const { status, json } = await session().breakGlass.request('GET', `${path}/scale`)
    expect(status).toBe(404)
    expect(json).toMatchObject({ reason: 'NotFound', code: 404 })
  })
}
