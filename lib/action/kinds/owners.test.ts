import { describe, expect, it } from 'vitest'
import { findGitOpsOwner } from '../find-gitops-owner'
import { asRecord } from '../saved-object'
import { ActionWorld } from '../testing/action-world'
import { confirmed, planned } from '../testing/carry-out'
import { type FakeCluster, TARGET, WORKLOAD_PATH } from '../testing/fake-fleet'
import type { OwnerTarget } from '../types'

const API = {
  Application: ['argoproj.io', 'v1alpha1', 'applications'],
  Kustomization: ['kustomize.toolkit.fluxcd.io', 'v1', 'kustomizations'],
  HelmRelease: ['helm.toolkit.fluxcd.io', 'v2', 'helmreleases'],
  Rollout: ['argoproj.io', 'v1alpha1', 'rollouts'],
} as const

function put(
  a: FakeCluster,
  target: OwnerTarget,
  spec: Record<string, unknown>,
  metadata: Record<string, unknown> = {},
): string {
  const [group, version, plural] = API[target.kind]
  a.objects.set(`/apis/${group}`, { kind: 'APIGroup', versions: [{ version: 'v9' }, { version }] })
  const path = `/apis/${group}/${version}/namespaces/${target.namespace}/${plural}/${target.name}`
  a.objects.set(path, { kind: target.kind, metadata: { ...metadata, name: target.name, uid: 'o1' }, spec })
  return path
}

async function world() {
  const w = new ActionWorld()
  const process = await w.startProcess()
  const a = w.fleet.add('a', { state: 'Healthy' })
  const freeze = (target: OwnerTarget) =>
    planned(w, process, { kind: 'freeze-roll-outs', target, clusterIds: ['a'] })
  return { w, process, a, freeze }
}

describe('freezing roll-outs', () => {
  const automated = { prune: true, selfHeal: true }
  it.each([
    [
      { kind: 'Application', namespace: 'argocd', name: 'shop' },
      { syncPolicy: { automated, retry: { limit: 3 } } },
      { syncPolicy: { retry: { limit: 3 } } },
    ],
    [
      { kind: 'Kustomization', namespace: 'flux-system', name: 'apps' },
      { path: './apps', suspend: false },
      { path: './apps', suspend: true },
    ],
    [
      { kind: 'HelmRelease', namespace: 'shop', name: 'checkout' },
      { chart: {} },
      { chart: {}, suspend: true },
    ],
    [
      { kind: 'Rollout', namespace: 'kube-system', name: 'coredns' },
      { replicas: 3 },
      { replicas: 3, paused: true },
    ],
  ] as [OwnerTarget, Record<string, unknown>, Record<string, unknown>][])(
    'holds %j still, reads that back, and lets it go on as before',
    async (target, before, after) => {
      const { w, process, a, freeze } = await world()
      const path = put(a, target, before)
      const plan = await freeze(target)
      expect(plan.guards.filter(({ verdict }) => verdict === 'block')).toEqual([])
      expect(plan.targets[0]?.verification.kind).toBe('dry-run')
      await confirmed(w, process, plan)
      await w.run(30_000)
      expect(w.states()).toEqual(['a:pause-owner=verified'])
      expect(a.objects.get(path)?.spec).toEqual(after)
      expect((await freeze(target)).leftOut[0]?.reason).toBe('it is frozen already')
      await process.actions.undo(plan.id, { name: 'ada' })
      await w.run(60_000)
      expect(a.objects.get(path)?.spec).toEqual(before)
      await process.actions.stop()
    },
  )

  it('touches nothing that somebody changed since it was planned', async () => {
    const { w, process, a, freeze } = await world()
    const target = { kind: 'Application', namespace: 'argocd', name: 'shop' } as const
    const path = put(a, target, { syncPolicy: { automated } })
    const plan = await freeze(target)
    asRecord(a.objects.get(path)?.spec).syncPolicy = { automated: { prune: false } }
    await confirmed(w, process, plan)
    await w.run(30_000)
    expect(w.states()).toEqual(['a:pause-owner=superseded'])
    await process.actions.stop()
  })

  it('says where an Application cannot be frozen, or not for long', async () => {
    const { process, a, freeze } = await world()
    const target = { kind: 'Application', namespace: 'argocd', name: 'shop' } as const
    expect((await freeze(target)).leftOut[0]?.reason).toContain('argoproj.io is not served there')
    put(
      a,
      target,
      { syncPolicy: { automated } },
      { ownerReferences: [{ kind: 'ApplicationSet', name: 'all' }] },
    )
    expect((await freeze(target)).targets[0]?.notes?.join()).toContain('ApplicationSet all made it')
    a.fate = () => 'never-arrive'
    expect((await freeze(target)).leftOut[0]?.reason).toContain('cannot be asked for its Applications')
    await process.actions.stop()
  })

  it('is offered by the guard that finds the owner, and finds the clusters that carry its mark', async () => {
    const { w, process, a } = await world()
    w.fleet.add('b', { state: 'Healthy' })
    const labels = {
      'kustomize.toolkit.fluxcd.io/name': 'agents',
      'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
    }
    a.objects.set(WORKLOAD_PATH, w.fleet.daemonSet(10, { labels }))
    const removal = await planned(w, process, {
      kind: 'remove-service',
      target: { ...TARGET },
      clusterIds: ['a'],
    })
    const owner = { kind: 'Kustomization', namespace: 'flux-system', name: 'agents' } as const
    expect(removal.targets[0]?.gitOps?.owner).toEqual(owner)
    expect(removal.guards.find(({ guard }) => guard === 'gitops.will-revert')?.text).toContain(
      'freeze Kustomization flux-system/agents from here',
    )
    put(a, owner, {})
    const freeze = await planned(w, process, { kind: 'freeze-roll-outs', target: owner })
    expect(freeze.targets.map(({ clusterId }) => clusterId)).toEqual(['a'])
    await process.actions.stop()
  })
})

describe('marks of owners', () => {
  it.each([
    ['shop:apps/Deployment:shop/web', { kind: 'Application', namespace: 'argocd', name: 'shop' }],
    ['team-a_shop:apps/Deployment:shop/web', { kind: 'Application', namespace: 'team-a', name: 'shop' }],
    ['../../secrets:x', undefined],
    [`${'a'.repeat(100)}_shop:x`, undefined],
  ])('%s', (mark, owner) => {
    expect(findGitOpsOwner({}, { 'argocd.argoproj.io/tracking-id': mark })?.owner).toEqual(owner)
  })
})
