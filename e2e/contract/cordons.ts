import { afterEach, beforeEach, expect } from 'vitest'
import { until } from '../controlplane/seed'
import { jsonPatch, mergePatch, metaOf, type Session } from './session'
import type { Assert } from './target'

const patience = 20_000
const taint = 'node.kubernetes.io/unschedulable'

interface NodeSpec {
  unschedulable?: boolean
  taints?: { key: string; effect: string }[]
}

/** Nodes taken out of scheduling, and back. */
export function specifyCordons(session: () => Session, it: Assert): void {
  let name = ''
  const path = () => `/api/v1/nodes/${name}`
  const spec = async () => (await session().ordinary.expect('GET', path())).spec as NodeSpec
  const cordon = (unschedulable: boolean | null, query = '') =>
    session().breakGlass.request('PATCH', `${path()}${query}`, {
      contentType: mergePatch,
      body: { spec: { unschedulable } },
    })
  const isTainted = async () => ((await spec()).taints ?? []).some(({ key }) => key === taint)

  beforeEach(async () => {
    const { items } = await session().ordinary.expect('GET', '/api/v1/nodes?limit=1')
    name = (items as { metadata: { name: string } }[])[0]?.metadata.name ?? ''
  })
  afterEach(async () => {
    await cordon(null)
    await until('no taint', patience, async () => !(await isTainted()))
  })

  it('a cordon is kept, shown in lists too, and followed by its taint', async () => {
    const done = await cordon(true)
    expect(done.status, done.text).toBe(200)
    expect(done.json).toMatchObject({ kind: 'Node', metadata: { name }, spec: { unschedulable: true } })
    expect(await spec()).toMatchObject({ unschedulable: true })
    await until('the taint', patience, isTainted)
    const { items } = await session().ordinary.expect('GET', '/api/v1/nodes')
    const all = items as { metadata: { name: string }; spec: NodeSpec }[]
    expect(all.filter(node => node.spec.unschedulable).map(node => node.metadata.name)).toEqual([name])
    await cordon(null)
    expect(await spec()).not.toHaveProperty('unschedulable')
    await until('the taint to go', patience, async () => !(await isTainted()))
  })

  it('a JSON patch that names the uid cordons too, and another uid is 422', async () => {
    const { breakGlass, ordinary } = session()
    const { uid } = metaOf(await ordinary.expect('GET', path()))
    const patch = (value: string) =>
      breakGlass.request('PATCH', path(), {
        contentType: jsonPatch,
        body: [
          { op: 'test', path: '/metadata/uid', value },
          { op: 'add', path: '/spec/unschedulable', value: true },
        ],
      })
    expect((await patch('another')).status).toBe(422)
    expect(await spec()).not.toHaveProperty('unschedulable')
    expect((await patch(uid)).status).toBe(200)
    expect(await spec()).toMatchObject({ unschedulable: true })
  })

  it('a cordon in dry run is shown in its answer alone', async () => {
    const dry = await cordon(true, '?dryRun=All')
    expect(dry.status).toBe(200)
    expect(dry.json.spec).toMatchObject({ unschedulable: true })
    expect(await spec()).not.toHaveProperty('unschedulable')
  })

  it('a node that is not there is 404', async () => {
    const { status, json } = await session().breakGlass.request('PATCH', '/api/v1/nodes/not-there', {
      contentType: mergePatch,
      body: { spec: { unschedulable: true } },
    })
    expect(status).toBe(404)
    expect(json).toMatchObject({ reason: 'NotFound', details: { name: 'not-there', kind: 'nodes' } })
  })

  it('a cordon without the right is 403', async () => {
    const body = { spec: { unschedulable: true } }
    const { status } = await session().telemetry.request('PATCH', path(), { contentType: mergePatch, body })
    expect(status).toBe(403)
  })
}
