import { describe, expect, it } from 'vitest'
import type { GuardInput } from '../guards/guard'
import { planSize } from '../guards/plan-size'
import { parseActionRequest } from '../parse-request'
import { asRecord } from '../saved-object'
import { ActionWorld, REASON } from '../testing/action-world'
import { confirmed, planned } from '../testing/carry-out'
import type { FakeCluster } from '../testing/fake-fleet'

const target = { kind: 'Nodes', name: 'pool=blue' } as const
const cordon = { kind: 'cordon-nodes', target, nodes: 3, clusterIds: ['a'] }
const path = (name: string) => `/api/v1/nodes/${name}`

function withNodes(a: FakeCluster, names: readonly string[], spec: Record<string, unknown> = {}): void {
  const objects = names.map(name => ({
    kind: 'Node',
    metadata: { name, uid: `uid-of-${name}`, labels: { pool: 'blue' } },
    spec: { ...spec },
  }))
  const master = {
    metadata: { name: 'cp', uid: 'cp', labels: { 'node-role.kubernetes.io/control-plane': '' } },
  }
  a.objects.set('/api/v1/nodes', { metadata: {}, items: [master, ...objects] })
  for (const object of objects) a.objects.set(path(object.metadata.name), object)
}

async function world() {
  const w = new ActionWorld()
  const process = await w.startProcess()
  const a = w.fleet.add('a', {
    nodes: 10,
    state: 'Healthy',
    canary: { canaryP50Ms: 5, canaryP95Ms: 20, canaryP99Ms: 30 },
  })
  return { w, process, a }
}
const isCordoned = (a: FakeCluster, name: string) => asRecord(a.objects.get(path(name))?.spec).unschedulable

describe('cordoning nodes', () => {
  it('writes one tested patch a node, none of the control plane’s, and says that nothing is drained', async () => {
    const { w, process, a } = await world()
    withNodes(a, ['n1', 'n2', 'n3', 'n4'])
    const plan = await planned(w, process, cordon)
    const [one] = plan.targets
    expect(one?.steps.map(({ object }) => object.name)).toEqual(['n1', 'n2', 'n3'])
    expect(one?.steps[0]).toMatchObject({
      kind: 'cordon-node',
      write: {
        path: path('n1'),
        guard: 'test',
        body: [
          { op: 'test', path: '/metadata/uid', value: 'uid-of-n1' },
          { op: 'add', path: '/spec/unschedulable', value: true },
        ],
      },
    })
    expect(plan.blastRadius).toMatchObject({ clusters: 1, workloads: 0 })
    expect(one?.notes?.join(' ')).toMatch(/Draining them is not part of it.*these 3 come first/)
    await process.actions.stop()
  })

  it('lands node by node, is verified by reading back although the cluster is locked out, and is undone', async () => {
    const { w, process, a } = await world()
    a.facts.state = 'LockedOut'
    withNodes(a, ['n1', 'n2'])
    const plan = await planned(w, process, cordon)
    await confirmed(w, process, plan)
    await w.run(60_000)
    expect(w.states()).toEqual(['a:cordon-node=verified', 'a:cordon-node=verified'])
    expect(w.shots()[0]?.detail).toBe('Read back as written; the cluster is LockedOut.')
    expect([isCordoned(a, 'n1'), isCordoned(a, 'n2')]).toEqual([true, true])
    a.facts.state = 'Healthy'
    await process.actions.undo(plan.id, { name: 'ada' })
    await w.run(120_000)
    expect([isCordoned(a, 'n1'), isCordoned(a, 'n2')]).toEqual([undefined, undefined])
    expect((await process.actions.get(plan.id)).action.state).toBe('undone')
    await process.actions.stop()
  })

  it('is not verified while somebody uncordons what it cordoned', async () => {
    const { w, process, a } = await world()
    withNodes(a, ['n1'])
    await confirmed(w, process, await planned(w, process, cordon))
    a.fate = request => {
      if (request.method === 'GET') delete asRecord(a.objects.get(path('n1'))?.spec).unschedulable
      return 'serve'
    }
    await w.run(60_000)
    expect(w.states()).toEqual(['a:cordon-node=landed'])
    await w.run(16 * 60_000)
    expect(w.shots()[0]).toMatchObject({
      state: 'unverified',
      detail: expect.stringContaining('only 0 of 1'),
    })
    await process.actions.stop()
  })

  it('leaves nodes that take work', async () => {
    const { w, process, a } = await world()
    withNodes(a, ['n1', 'n2', 'n3'])
    const verdict = async () =>
      (await planned(w, process, cordon)).guards.find(({ guard }) => guard === 'nodes.left')?.verdict
    expect(await verdict()).toBe('pass')
    a.facts.nodes = 5
    expect(await verdict()).toBe('warn')
    a.facts.nodes = 3
    expect(await verdict()).toBe('block')
    await process.actions.stop()
  })

  it('comes to no more writes than can be carried out in an incident', () => {
    const step = { kind: 'cordon-node', text: '', object: { kind: 'Node', name: 'n' }, write: {} }
    const verdict = (clusters: number) =>
      planSize({
        plan: { targets: Array.from({ length: clusters }, () => ({ steps: Array(50).fill(step) })) },
      } as unknown as GuardInput)
    expect(verdict(100)).toBeUndefined()
    expect(verdict(101)).toMatchObject({ verdict: 'block', text: expect.stringContaining('5050 writes') })
  })

  it('must be told the clusters, and a selector that could be one', () => {
    expect(() => parseActionRequest({ ...cordon, clusterIds: undefined, reason: REASON })).toThrow(
      /Labels of nodes/,
    )
    for (const name of ['', ' pool', 'pool=a&limit=1', 'a\nb'])
      expect(() =>
        parseActionRequest({ ...cordon, target: { kind: 'Nodes', name }, reason: REASON }),
      ).toThrow()
  })
})

describe('re-admitting nodes', () => {
  const admit = { ...cordon, kind: 're-admit-nodes', nodes: 50 }
  const names = Array.from({ length: 12 }, (_, i) => `n${String(i).padStart(2, '0')}`)
  const back = (a: FakeCluster) => names.filter(name => isCordoned(a, name) === undefined).length

  it('lets one in first and more a batch while the cluster is calm, none while it is not or unknown', async () => {
    const { w, process, a } = await world()
    withNodes(a, names, { unschedulable: true })
    await confirmed(w, process, await planned(w, process, admit))
    await w.run(10_000)
    expect(back(a)).toBe(1)
    await w.run(15_000)
    expect(back(a)).toBe(3)
    a.facts.canary = undefined
    await w.run(120_000)
    expect(back(a), 'nothing is known of its canary').toBe(3)
    a.facts.canary = { canaryP50Ms: 2_000, canaryP95Ms: 5_000, canaryP99Ms: 9_000 }
    await w.run(60_000)
    expect(back(a), 'its canary is slow').toBe(3)
    a.facts.canary = { canaryP50Ms: 5, canaryP95Ms: 20, canaryP99Ms: 30 }
    await w.run(20_000)
    expect(back(a), 'it begins small again').toBeGreaterThan(3)
    expect(back(a)).toBeLessThanOrEqual(6)
    await w.run(180_000)
    expect(back(a)).toBe(12)
    expect(new Set(w.states())).toEqual(new Set(['a:admit-node=verified']))
    await process.actions.stop()
  })
})
