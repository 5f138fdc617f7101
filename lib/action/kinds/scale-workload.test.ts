import { describe, expect, it } from 'vitest'
import { asRecord } from '../saved-object'
import { ActionWorld, ADA } from '../testing/action-world'
import { confirmed, planned } from '../testing/carry-out'
import { blocks, planningWorld } from '../testing/planning-world'

describe('scaling', () => {
  const target = { kind: 'Deployment', namespace: 'shop', name: 'checkout' } as const
  const path = '/apis/apps/v1/namespaces/shop/deployments/checkout'
  const scaled = async (replicas: number) => {
    const { fleet, plan } = planningWorld()
    fleet.add('a', { state: 'Strained' })
    fleet.get('a').objects.set(path, {
      kind: 'Deployment',
      metadata: { name: 'checkout', namespace: 'shop', uid: 'd1' },
      spec: { replicas: 10, template: {} },
    })
    fleet.get('a').objects.set(`${path}/scale`, { metadata: { uid: 'd1' }, spec: { replicas: 10 } })
    return plan({ kind: 'scale-workload', target, replicas, clusterIds: ['a'] })
  }

  it('patches the scale from what it is to what is wanted', async () => {
    const made = await scaled(6)
    expect(made.targets[0]?.steps[0]?.write).toMatchObject({
      path: `${path}/scale`,
      body: [
        { op: 'test', path: '/metadata/uid', value: 'd1' },
        { op: 'test', path: '/spec/replicas', value: 10 },
        { op: 'add', path: '/spec/replicas', value: 6 },
      ],
    })
    expect(made.targets[0]?.verification.kind).toBe('dry-run')
    expect(made.guards.find(({ guard }) => guard === 'scale.floor')?.verdict).toBe('pass')
  })

  it('grows in batches while the cluster stays calm, holds while it does not, and goes back by the same steps', async () => {
    const w = new ActionWorld()
    const process = await w.startProcess()
    const calm = { canaryP50Ms: 5, canaryP95Ms: 20, canaryP99Ms: 30 }
    const a = w.fleet.add('a', { nodes: 10, state: 'Healthy', canary: calm })
    const metadata = { name: 'checkout', namespace: 'shop', uid: 'd1', generation: 1 }
    a.objects.set(path, { kind: 'Deployment', metadata, spec: { replicas: 10, template: {} } })
    a.objects.set(`${path}/scale`, { metadata: { uid: 'd1' }, spec: { replicas: 10 } })
    const replicas = () => asRecord(a.objects.get(`${path}/scale`)?.spec).replicas
    const plan = await planned(w, process, {
      kind: 'scale-workload',
      target,
      replicas: 60,
      clusterIds: ['a'],
    })
    const steps = plan.targets[0]?.steps ?? []
    expect(steps).toHaveLength(20)
    expect(steps.at(-1)?.write.body).toContainEqual({ op: 'add', path: '/spec/replicas', value: 60 })
    expect(plan.targets[0]?.notes?.join()).toContain('20 batches')
    await confirmed(w, process, plan)
    await w.run(10_000)
    expect(replicas()).toBe(13)
    await w.run(16_000)
    expect(replicas()).toBe(18)
    a.facts.canary = { canaryP50Ms: 2_000, canaryP95Ms: 5_000, canaryP99Ms: 9_000 }
    await w.run(120_000)
    expect(replicas(), 'its ordinary callers wait').toBe(18)
    a.facts.canary = calm
    await w.run(240_000)
    expect(replicas()).toBe(60)
    a.objects.set(path, {
      ...a.objects.get(path),
      status: { observedGeneration: 1, replicas: 60, updatedReplicas: 60, availableReplicas: 60 },
      spec: { replicas: 60 },
    })
    await w.run(30_000)
    expect(new Set(w.states())).toEqual(new Set(['a:admit-replicas=verified']))
    await process.actions.undo(plan.id, ADA)
    await w.run(60_000)
    expect(replicas()).toBe(10)
    await process.actions.stop()
  })

  it('warns below half and refuses zero', async () => {
    expect((await scaled(4)).guards.find(({ guard }) => guard === 'scale.floor')?.verdict).toBe('warn')
    expect(blocks(await scaled(0))).toEqual(['scale.floor'])
  })
})
