import { beforeEach, expect, it } from 'vitest'
import { parseActionRequest } from '../parse-request'
import { asRecord } from '../saved-object'
import { ActionWorld, type Process, REASON } from '../testing/action-world'
import { confirmed, planned } from '../testing/carry-out'
import type { FakeCluster } from '../testing/fake-fleet'

const PATH = '/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/web/scale'
const target = { kind: 'Scalable', resource: 'rollouts.v1alpha1.argoproj.io', namespace: 'shop', name: 'web' }
const scale = { kind: 'scale-resource', target, replicas: 2, clusterIds: ['a'] }
const replicas = () => asRecord(a.objects.get(PATH)?.spec).replicas

let w: ActionWorld
let process: Process
let a: FakeCluster

beforeEach(async () => {
  w = new ActionWorld()
  process = await w.startProcess()
  a = w.fleet.add('a', { nodes: 10, state: 'Healthy' })
  a.objects.set(PATH, {
    kind: 'Scale',
    metadata: { name: 'web', namespace: 'shop', uid: 'u1' },
    spec: { replicas: 6 },
  })
})

it('scales a custom resource by its scale, is done when it reads as written, and is undone', async () => {
  const plan = await planned(w, process, scale)
  expect(plan.targets[0]?.steps[0]).toMatchObject({
    kind: 'scale-resource',
    write: {
      path: PATH,
      body: [
        { op: 'test', path: '/metadata/uid', value: 'u1' },
        { op: 'test', path: '/spec/replicas', value: 6 },
        { op: 'add', path: '/spec/replicas', value: 2 },
      ],
    },
  })
  expect(plan.guards.find(({ guard }) => guard === 'scale.floor')?.verdict).toBe('warn')
  await confirmed(w, process, plan)
  await w.run(60_000)
  expect(w.states()).toEqual(['a:scale-resource=verified'])
  expect(replicas()).toBe(2)
  await process.actions.undo(plan.id, { name: 'ada' })
  await w.run(60_000)
  expect(replicas()).toBe(6)
  await process.actions.stop()
})

it('never goes to nought, and leaves out what cannot be scaled', async () => {
  const none = await planned(w, process, { ...scale, replicas: 0 })
  expect(none.guards.find(({ guard }) => guard === 'scale.floor')?.verdict).toBe('block')
  expect((await planned(w, process, { ...scale, replicas: 6 })).leftOut[0]?.reason).toContain('already')
  a.objects.delete(PATH)
  expect((await planned(w, process, scale)).leftOut[0]?.reason).toContain('that can be scaled')
  await process.actions.stop()
})

it.each(['rollouts', 'rollouts.argoproj.io', 'rollouts.v1.', 'Rollouts.v1.x.io', 'a/b.v1.x.io', '..v1.x'])(
  'refuses %s as a resource',
  resource => {
    const given = { ...scale, target: { ...target, resource }, reason: REASON }
    expect(() => parseActionRequest(given)).toThrow(/cannot be read/)
  },
)

it('must be told the clusters', () => {
  const given = { ...scale, clusterIds: undefined, reason: REASON }
  expect(() => parseActionRequest(given)).toThrow(/not kept/)
})
