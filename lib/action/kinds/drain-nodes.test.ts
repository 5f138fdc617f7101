import { beforeEach, describe, expect, it } from 'vitest'
import { classifierFor, lookPath, readLook } from '../classify-outcome'
import { parseActionRequest } from '../parse-request'
import { asRecord } from '../saved-object'
import { ActionWorld, type Process, REASON } from '../testing/action-world'
import { confirmed, planned } from '../testing/carry-out'
import type { FakeCluster } from '../testing/fake-fleet'
import type { PlannedWrite } from '../types'

const drain = {
  kind: 'drain-nodes',
  target: { kind: 'Nodes', name: 'pool=blue' },
  nodes: 1,
  clusterIds: ['a'],
}
const NODE = '/api/v1/nodes/n1'
const podPath = (name: string) => `/api/v1/namespaces/shop/pods/${name}`

function pod(name: string, more: Record<string, unknown> = {}) {
  const owner = { kind: 'ReplicaSet', name: 'web', uid: 'rs', controller: true }
  return { metadata: { namespace: 'shop', name, uid: `uid-${name}`, ownerReferences: [owner], ...more } }
}

const STAYING = [
  pod('proxy', { ownerReferences: [{ kind: 'DaemonSet', name: 'd', uid: 'd', controller: true }] }),
  pod('static', { ownerReferences: [{ kind: 'Node', name: 'n1', uid: 'n' }] }),
  pod('mirror', { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
  pod('coredns', { namespace: 'kube-system' }),
  pod('leaving', { deletionTimestamp: '2024-12-11T15:00:00Z' }),
]

let w: ActionWorld
let process: Process
let a: FakeCluster

beforeEach(async () => {
  w = new ActionWorld()
  process = await w.startProcess()
  const canary = { canaryP50Ms: 5, canaryP95Ms: 20, canaryP99Ms: 30 }
  a = w.fleet.add('a', { nodes: 10, state: 'Healthy', canary })
  const node = { kind: 'Node', metadata: { name: 'n1', uid: 'uid-n1', labels: { pool: 'blue' } }, spec: {} }
  a.objects.set('/api/v1/nodes', { metadata: {}, items: [node] })
  a.objects.set(NODE, node)
  hold([pod('web-1'), pod('web-2'), ...STAYING])
})

function hold(items: object[], metadata: object = {}): void {
  a.objects.set('/api/v1/pods', { metadata, items })
}

/** Takes evictions as an API server does; `allowed` is what the budget of the pods has left. */
function takeEvictions(budget: { allowed: number }): string[] {
  const evicted: string[] = []
  a.fate = ({ method, path, body }) => {
    if (method !== 'POST' || !path.endsWith('/eviction')) return 'serve'
    if (budget.allowed <= 0) return { status: 429 }
    budget.allowed--
    evicted.push(String(asRecord(asRecord(body).metadata).name))
    return { status: 201 }
  }
  return evicted
}

describe('draining nodes', () => {
  it('cordons a node, then evicts what may leave by uid, one write a pod', async () => {
    const plan = await planned(w, process, drain)
    const [target] = plan.targets
    expect(target?.steps.map(({ kind, object }) => `${kind} ${object.name}`)).toEqual([
      'cordon-node n1',
      'evict-pod web-1',
      'evict-pod web-2',
    ])
    expect(target?.steps[1]).toMatchObject({
      write: {
        method: 'POST',
        path: `${podPath('web-1')}/eviction`,
        guard: 'eviction',
        body: { apiVersion: 'policy/v1', deleteOptions: { preconditions: { uid: 'uid-web-1' } } },
      },
    })
    expect(target?.steps.map(({ undo }) => undo !== undefined)).toEqual([true, false, false])
    expect(target?.notes?.join(' ')).toMatch(/disruption budgets hold.*5 pods of DaemonSets.*stay/)
    expect(plan.blastRadius).toMatchObject({ clusters: 1, pods: 2, workloads: 0 })
    await process.actions.stop()
  })

  it('waits for the disruption budget, within its budget of requests, and is undone by letting nodes in', async () => {
    const budget = { allowed: 1 }
    const evicted = takeEvictions(budget)
    const plan = await planned(w, process, drain)
    await confirmed(w, process, plan)
    await w.run(30_000)
    expect(evicted).toEqual(['web-1'])
    const before = a.requests
    await w.run(120_000)
    expect(w.states().slice(1)).toEqual(['a:evict-pod=landed', 'a:evict-pod=trying'])
    expect(a.requests - before).toBeLessThanOrEqual(2 * 24 + 12 + 24)
    budget.allowed = 5
    await w.run(90_000)
    expect(evicted).toEqual(['web-1', 'web-2'])
    expect(new Set(w.states())).toEqual(new Set(['a:cordon-node=verified', 'a:evict-pod=verified']))
    expect(asRecord(a.objects.get(NODE)?.spec).unschedulable).toBe(true)
    a.fate = () => 'serve'
    await process.actions.undo(plan.id, { name: 'ada' })
    await w.run(60_000)
    expect(asRecord(a.objects.get(NODE)?.spec).unschedulable).toBeUndefined()
    expect((await process.actions.get(plan.id)).action.state).toBe('undone')
    await process.actions.stop()
  })

  it('leaves a cluster out whose pods cannot be listed, or are too many', async () => {
    a.fate = ({ path }) => (path.startsWith('/api/v1/pods') ? { status: 403 } : 'serve')
    expect((await planned(w, process, drain)).leftOut[0]?.reason).toContain('could not be listed')
    a.fate = () => 'serve'
    hold([], { continue: 'x' })
    expect((await planned(w, process, drain)).leftOut[0]?.reason).toContain('too many')
    hold(Array.from({ length: 301 }, (_, i) => pod(`web-${i}`)))
    expect((await planned(w, process, drain)).leftOut[0]?.reason).toContain('more than 300 pods')
    await process.actions.stop()
  })

  it('takes at most ten nodes, and nodes that are left count', async () => {
    expect(() => parseActionRequest({ ...drain, nodes: 11, reason: REASON })).toThrow(/<=10/)
    a.facts.nodes = 1
    const { guards } = await planned(w, process, drain)
    expect(guards.find(({ guard }) => guard === 'nodes.left')?.verdict).toBe('block')
    await process.actions.stop()
  })
})

describe('an answer to an eviction', () => {
  const write = {
    method: 'POST',
    path: `${podPath('web-1')}/eviction`,
    body: { deleteOptions: { preconditions: { uid: 'u' } } },
    guard: 'eviction',
  } satisfies PlannedWrite
  const read = (status: number, message = '') =>
    classifierFor('eviction')(status, { body: JSON.stringify({ kind: 'Status', message }) } as never)

  it('is landed when the pod is gone, whoever did it', () => {
    expect([read(201), read(404)]).toEqual(['landed', 'landed'])
    expect(read(409, 'the UID in the precondition (u) does not match the UID in record (v)')).toBe('landed')
    expect([read(409, 'the object has been modified'), read(429), read(500)]).toEqual([null, null, null])
  })

  it('is read back from the pod itself', () => {
    expect(lookPath(write)).toBe(podPath('web-1'))
    const look = (status: number, metadata: object) => readLook(write, status, JSON.stringify({ metadata }))
    expect(look(404, {})).toBe('in-effect')
    expect(look(200, { uid: 'other' })).toBe('in-effect')
    expect(look(200, { uid: 'u', deletionTimestamp: 'x' })).toBe('in-effect')
    expect(look(200, { uid: 'u' })).toBe('not-in-effect')
  })
})
