import { describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock'
import { DEFAULT_ACTION_POLICY } from './action-policy'
import { sameTime } from './people-time'
import { planAction, planDigest } from './plan-action'
import type { TargetSource } from './ports'
import { asRecord } from './saved-object'
import { BINDING_PATH, FakeFleet, TARGET, WORKLOAD_PATH } from './testing/fake-fleet'
import type { ActionPlan, RemoveService } from './types'

const REASON = 'telemetry floods the API servers'

async function planned(
  fleet: FakeFleet,
  clock: FakeClock,
  over: Partial<RemoveService> = {},
  source: TargetSource = fleet,
): Promise<ActionPlan> {
  const request: RemoveService = { kind: 'remove-service', target: { ...TARGET }, reason: REASON, ...over }
  const deps = { clock, people: sameTime(clock), client: fleet, source, policy: DEFAULT_ACTION_POLICY }
  const promise = planAction(deps, request, new Map())
  await clock.advance(20_000)
  return promise
}

function world() {
  const clock = new FakeClock()
  return { clock, fleet: new FakeFleet(clock) }
}

describe('a plan for a cluster that answers', () => {
  it('is not blocked by a reason that is yet to be given: the confirmation asks for it', async () => {
    const { clock, fleet } = world()
    fleet.add('a', { state: 'Strained' })
    const { guards } = await planned(fleet, clock, { reason: '' })
    expect(guards.filter(one => one.verdict === 'block')).toEqual([])
  })

  it('names rights, workload and pods in this order, each with exact guards, verified by a dry run', async () => {
    const { clock, fleet } = world()
    const cluster = fleet.add('a', { state: 'Strained' })
    const uid = asRecord(cluster.objects.get(WORKLOAD_PATH)?.metadata).uid
    const plan = await planned(fleet, clock)
    const target = plan.targets[0]
    expect(target?.steps.map(step => step.kind)).toEqual(['revoke-rights', 'delete-workload', 'delete-pods'])
    expect(target?.steps[1]?.write).toMatchObject({
      method: 'DELETE',
      path: WORKLOAD_PATH,
      guard: 'uid',
      body: { preconditions: { uid }, propagationPolicy: 'Background' },
    })
    expect(target?.steps[2]?.write).toMatchObject({ guard: 'selector', body: { gracePeriodSeconds: 0 } })
    expect(target?.steps[2]?.write.path).toContain('labelSelector=app%3Dtelemetry-collector')
    expect(target?.verification.kind).toBe('dry-run')
    expect(cluster.effects).toEqual([])
  })

  it('saves what undo creates again, without anything the server sets', async () => {
    const { clock, fleet } = world()
    fleet.add('a', { state: 'Strained' })
    const step = (await planned(fleet, clock)).targets[0]?.steps[1]
    expect(step?.undo).toMatchObject({ method: 'POST', guard: 'created' })
    const metadata = asRecord(step?.saved?.metadata)
    expect(Object.keys(metadata).sort()).toEqual(['labels', 'name', 'namespace'])
    expect(step?.saved).not.toHaveProperty('status')
  })

  it('takes only its own subject out of a binding that names others', async () => {
    const { clock, fleet } = world()
    const cluster = fleet.add('a', { state: 'Strained' })
    const own = { kind: 'ServiceAccount', name: 'telemetry', namespace: 'observability' }
    const other = { kind: 'ServiceAccount', name: 'grafana', namespace: 'observability' }
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/telemetry-collector'
    cluster.objects.set(path, fleet.binding([other, own]))
    const step = (await planned(fleet, clock)).targets[0]?.steps[0]
    expect(step?.write).toMatchObject({
      method: 'PATCH',
      guard: 'test',
      contentType: 'application/json-patch+json',
    })
    expect(step?.write.body).toContainEqual({ op: 'test', path: '/subjects', value: [other, own] })
    expect(step?.write.body).toContainEqual({ op: 'replace', path: '/subjects', value: [other] })
    expect(step?.undo?.body).toContainEqual({ op: 'replace', path: '/subjects', value: [other, own] })
  })

  it('leaves a cluster out where the object is not there any more', async () => {
    const { clock, fleet } = world()
    fleet.add('a', { state: 'Strained' })
    fleet.add('b', { state: 'Strained' }).objects.clear()
    const plan = await planned(fleet, clock, { clusterIds: ['a', 'b', 'nowhere'] })
    expect(plan.targets.map(target => target.clusterId)).toEqual(['a'])
    expect(plan.leftOut.map(one => one.clusterId).sort()).toEqual(['b', 'nowhere'])
    expect(plan.guards.find(one => one.guard === 'lanes.known')?.verdict).toBe('warn')
  })
})

describe('a plan while the roll-out goes on', () => {
  it('names whom it reached while it was made, and who was not read since', async () => {
    const { clock, fleet } = world()
    fleet.add('a', { state: 'Strained' })
    for (const id of ['b', 'c', 'd']) fleet.add(id, { state: 'Healthy' }).objects.clear()
    fleet.add('e', { state: 'Strained' })
    fleet.latencyMs = 1_000
    const source = Object.assign(Object.create(fleet) as FakeFleet, { unread: () => ['a', 'b', 'c'] })
    clock.sleep(500).then(() => fleet.get('b').objects.set(WORKLOAD_PATH, fleet.daemonSet(5)))
    const plan = await planned(fleet, clock, {}, source)
    expect(plan.targets.map(target => target.clusterId).sort()).toEqual(['a', 'e'])
    expect(plan.leftOut).toEqual([
      { clusterId: 'b', reason: expect.stringContaining('reached while this was planned') },
      { clusterId: 'c', reason: expect.stringContaining('not read since') },
    ])
    const named = await planned(fleet, clock, { clusterIds: ['a'] }, source)
    expect(named.leftOut).toEqual([])
  })
})

describe('rights that are not known yet', () => {
  const LISTS = '/apis/rbac.authorization.k8s.io/v1'

  it.each([
    ['read where lists come as null', null, ['revoke-rights', 'delete-workload', 'delete-pods']],
    ['not planned on where an answer is no list', undefined, ['delete-workload', 'delete-pods']],
  ])('are %s', async (_, items, kinds) => {
    const { clock, fleet } = world()
    const cluster = fleet.add('a', { state: 'Strained' })
    const binding = cluster.objects.get(BINDING_PATH)
    cluster.objects.set(`${LISTS}/clusterrolebindings`, { items: [binding] })
    cluster.objects.set(`${LISTS}/rolebindings`, { items })
    const source = Object.assign(Object.create(fleet) as FakeFleet, { bindings: () => undefined })
    const [target] = (await planned(fleet, clock, {}, source)).targets
    expect(target?.steps.map(step => step.kind)).toEqual(kinds)
  })
})

describe('a plan for a cluster that does not answer', () => {
  it('rests on the snapshot, and says since when and why', async () => {
    const { clock, fleet } = world()
    fleet.add('a').fate = () => 'never-arrive'
    const plan = await planned(fleet, clock)
    const { verification, steps } = plan.targets[0] ?? {}
    expect(verification).toMatchObject({ kind: 'snapshot' })
    expect(verification?.kind === 'snapshot' && verification.why).toContain('timeout after 3.0 s')
    expect(steps?.map(step => step.kind)).toEqual(['revoke-rights', 'delete-workload', 'delete-pods'])
    const guard = plan.guards.find(one => one.guard === 'dryrun.unverified')
    expect(guard).toMatchObject({ verdict: 'warn' })
    expect(guard?.text).toContain('1 target of 1')
  })

  it('does not wait for a whole locked-out fleet', async () => {
    const { clock, fleet } = world()
    for (let i = 0; i < 600; i++) fleet.add(`c${i}`).fate = () => 'never-arrive'
    const startedAt = clock.now()
    const plan = await planned(fleet, clock)
    expect(plan.targets).toHaveLength(600)
    expect(plan.plannedAt - startedAt).toBeLessThanOrEqual(DEFAULT_ACTION_POLICY.dryRunBudgetMs + 3_000)
    expect(Math.max(...[...fleet.all.values()].map(cluster => cluster.requests))).toBeLessThanOrEqual(2)
  })

  it('goes past the queues when the cluster is in distress', async () => {
    const { clock, fleet } = world()
    fleet.add('a').fate = (_request, lane) => (lane.kind === 'ordinary' ? 'never-arrive' : 'serve')
    expect((await planned(fleet, clock)).targets[0]?.verification.kind).toBe('dry-run')
  })
})

describe('waves', () => {
  it('begins with the smallest sick cluster, then the shortest fuses of 5 %, then all', async () => {
    const { clock, fleet } = world()
    const at = clock.now()
    for (let i = 0; i < 40; i++) fleet.add(`c${i}`, { nodes: 1000 - i, fuseAt: at + 60_000 * (40 - i) })
    fleet.add('calm', { nodes: 5, state: 'Healthy' })
    const { targets } = await planned(fleet, clock)
    expect(targets[0]).toMatchObject({ clusterId: 'c39', wave: 'canary' })
    const first = targets.filter(target => target.wave === 'first').map(target => target.clusterId)
    expect(first).toEqual(['c38', 'c37', 'c36'])
    expect(targets.at(-1)).toMatchObject({ clusterId: 'calm', wave: 'all' })
  })
})

describe('the digest', () => {
  it('covers every field of the plan', async () => {
    const { clock, fleet } = world()
    fleet.add('a')
    const plan = await planned(fleet, clock)
    expect(plan.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(planDigest(plan)).toBe(plan.digest)
    const other = structuredClone(plan)
    const target = other.targets[0]
    if (target?.steps[1]) target.steps[1].write.path = '/apis/apps/v1/namespaces/x/daemonsets/y'
    expect(planDigest(other)).not.toBe(plan.digest)
    expect(planDigest({ ...plan, expiresAt: plan.expiresAt + 1 })).not.toBe(plan.digest)
  })
})
