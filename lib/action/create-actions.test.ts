import { beforeEach, describe, expect, it } from 'vitest'
import { verifyChain } from '../audit/verify-chain'
import { ActionWorld, ADA, type Process, REASON, refusal } from './testing/action-world'
import { BINDING_PATH, TARGET, WORKLOAD_PATH } from './testing/fake-fleet'

let world: ActionWorld
let first: Process

beforeEach(async () => {
  world = new ActionWorld()
  first = await world.startProcess()
})

describe('a removal on clusters that answer', () => {
  it('takes rights, workload and pods away in order, and ends verified', async () => {
    const a = world.fleet.add('a')
    world.fleet.setLease('a', 120_000)
    const plan = await world.planAndConfirm(first)
    await world.run(30_000)
    expect(a.effects).toEqual([
      `DELETE ${BINDING_PATH}`,
      `DELETE ${WORKLOAD_PATH}`,
      'DELETE /api/v1/namespaces/observability/pods',
    ])
    expect(world.shots().every(shot => shot.state === 'landed' && shot.doneAt !== undefined)).toBe(true)
    world.watch('Recovering')
    await world.run(30_000)
    expect(world.states()).toEqual([
      'a:revoke-rights=verified',
      'a:delete-workload=verified',
      'a:delete-pods=verified',
    ])
    const { action, shots } = await first.actions.get(plan.id)
    expect(action.state).toBe('finished')
    expect(shots[1]?.effect).toMatchObject({
      before: { state: 'LockedOut' },
      after: { state: 'Recovering', pods: 0 },
    })
    expect(first.errors).toEqual([])
  })

  it('leaves the pods to the controller manager where it works', async () => {
    const a = world.fleet.add('a')
    a.collects = true
    world.fleet.setLease('a', 1_000)
    await world.planAndConfirm(first)
    await world.run(30_000)
    expect(a.effects).toHaveLength(2)
    expect(world.shots()[2]).toMatchObject({
      state: 'landed',
      attempts: 0,
      detail: expect.stringContaining('Nothing to send'),
    })
  })

  it('deletes pods that do not fall even when somebody renews the lease', async () => {
    const a = world.fleet.add('a')
    world.fleet.setLease('a', 1_000)
    await world.planAndConfirm(first)
    await world.run(20_000)
    expect(a.pods).toBe(100)
    await world.run(40_000)
    expect(a.pods).toBe(0)
  })

  it('is unverified when the cluster does not recover in time', async () => {
    world.fleet.add('a')
    const plan = await world.planAndConfirm(first)
    await world.run(17 * 60_000)
    expect(world.shots().map(shot => shot.state)).toEqual(['unverified', 'unverified', 'unverified'])
    expect(world.shots()[1]?.detail).toContain('LockedOut')
    expect((await first.actions.get(plan.id)).action.state).toBe('finished')
  })

  it('writes a chain of audit entries that verifies', async () => {
    world.fleet.add('a')
    await world.planAndConfirm(first)
    await world.run(60_000)
    const verbs = world.store.audit.entries.map(entry => entry.verb)
    expect(verbs.slice(0, 2)).toEqual(['action.planned', 'action.confirmed'])
    expect(verbs.filter(verb => verb === 'shot.landed')).toHaveLength(3)
    expect(await verifyChain(world.store.audit.entries)).toMatchObject({ ok: true })
  })
})

describe('what clusters answer', () => {
  const workloadWrites = (request: { method: string; path: string; body?: unknown }) =>
    request.method === 'DELETE' && request.path === WORKLOAD_PATH

  it('waits out 429 as long as it takes, honouring Retry-After', async () => {
    const a = world.fleet.add('a')
    const plan = await world.plan(first)
    const until = world.clock.now() + 120_000
    a.fate = () => (world.clock.now() < until ? { status: 429, retryAfterMs: 5_000 } : 'serve')
    a.requests = 0
    await world.confirm(first, plan)
    await world.run(110_000)
    expect(a.requests).toBeLessThanOrEqual(2 * (110 / 5) + 4)
    expect(a.effects).toEqual([])
    await world.run(60_000)
    expect(world.shots()[1]?.state).toBe('landed')
  })

  it('takes 404 after a lost answer for landed, with one effect', async () => {
    const a = world.fleet.add('a')
    const plan = await world.plan(first)
    let lost = 0
    a.fate = request => (workloadWrites(request) && lost++ === 0 ? 'lose-answer' : 'serve')
    await world.confirm(first, plan)
    await world.run(30_000)
    expect(a.effects.filter(effect => effect === `DELETE ${WORKLOAD_PATH}`)).toHaveLength(1)
    expect(world.shots()[1]).toMatchObject({ state: 'landed', detail: expect.stringContaining('Gone') })
    expect(world.shots()[1]?.attempts).toBeGreaterThan(1)
  })

  it('repeats after 504, which may or may not have taken effect', async () => {
    const a = world.fleet.add('a')
    const plan = await world.plan(first)
    let tries = 0
    a.fate = request =>
      workloadWrites(request) && tries++ < 2 ? { hangMs: 60_000, outcome: { status: 504 } } : 'serve'
    await world.confirm(first, plan)
    await world.run(150_000)
    expect(world.shots()[1]).toMatchObject({ state: 'landed' })
  })

  it('never insists on an object that was recreated: superseded, and its pods stay', async () => {
    const a = world.fleet.add('a')
    const plan = await world.plan(first)
    a.objects.set(WORKLOAD_PATH, world.fleet.daemonSet(100))
    await world.confirm(first, plan)
    await world.run(60_000)
    expect(world.states()).toEqual([
      'a:revoke-rights=landed',
      'a:delete-workload=superseded',
      'a:delete-pods=superseded',
    ])
    expect(a.objects.has(WORKLOAD_PATH)).toBe(true)
    expect(a.pods).toBe(100)
  })

  it('does not take a proxy’s 404 for the object’s', async () => {
    const a = world.fleet.add('a')
    const plan = await world.plan(first)
    const serve = world.fleet.request.bind(world.fleet)
    let proxied = 0
    world.fleet.request = async (lane, request) => {
      const result = await serve(lane, request)
      const isFirst = workloadWrites(request) && proxied++ < 3
      return isFirst ? { ...result, status: 404, body: '404 page not found' } : result
    }
    a.fate = request => (workloadWrites(request) && proxied < 3 ? { status: 503 } : 'serve')
    await world.confirm(first, plan)
    await world.run(60_000)
    expect(a.effects).toContain(`DELETE ${WORKLOAD_PATH}`)
    expect(world.shots()[1]?.state).toBe('landed')
  })

  it('ends refused when every lane is denied for half a minute', async () => {
    const a = world.fleet.add('a')
    const plan = await world.plan(first)
    a.fate = request => (workloadWrites(request) ? { status: 403 } : 'serve')
    await world.confirm(first, plan)
    await world.run(90_000)
    expect(world.states().slice(1)).toEqual(['a:delete-workload=refused', 'a:delete-pods=refused'])
    expect(world.shots()[1]?.detail).toContain('no lane has the right')
  })

  it('uses the exempt lane where ordinary callers are not let in', async () => {
    const a = world.fleet.add('a', { canary: { canaryP95Ms: 30_000 } })
    a.fate = (_request, lane) => (lane.kind === 'ordinary' ? { status: 429, retryAfterMs: 1_000 } : 'serve')
    await world.planAndConfirm(first)
    await world.run(30_000)
    expect(world.shots()[0]).toMatchObject({ state: 'landed', lane: 'exempt' })
  })
})

describe('waves', () => {
  it('goes to one cluster first, then to the rest once that one is proven', async () => {
    for (let i = 0; i < 30; i++) world.fleet.add(`c${String(i).padStart(2, '0')}`, { nodes: 100 + i })
    const plan = await world.plan(first)
    await world.confirm(first, plan)
    await world.clock.advance(3_000)
    expect(new Set(world.fleet.effects().map(effect => effect.split(' ')[0]))).toEqual(new Set(['c00']))
    await world.run(90_000)
    expect(
      world.shots().filter(shot => shot.stepKind === 'delete-workload' && shot.state === 'landed'),
    ).toHaveLength(30)
  })

  it('is not blocked by a canary that cannot be reached', async () => {
    for (const id of ['a', 'b', 'c']) world.fleet.add(id, { nodes: id.charCodeAt(0) })
    const plan = await world.plan(first)
    world.fleet.get('a').fate = () => 'never-arrive'
    await world.confirm(first, plan)
    await world.run(15_000)
    expect(world.fleet.effects()).toEqual([])
    await world.run(75_000)
    const landed = world
      .shots()
      .filter(shot => shot.stepKind === 'delete-workload' && shot.state === 'landed')
    expect(landed.map(shot => shot.clusterId)).toEqual(['b', 'c'])
  })

  it('holds the others while the canary is worse than before', async () => {
    world.fleet.add('a', { nodes: 10, state: 'Overloaded' })
    world.fleet.add('b', { nodes: 20, state: 'Overloaded' })
    await world.planAndConfirm(first)
    await world.clock.advance(2_000)
    world.fleet.get('a').facts.state = 'Dark'
    await world.run(100_000)
    expect(world.fleet.effects().filter(effect => effect.startsWith('b'))).toEqual([])
    world.fleet.get('a').facts.state = 'Recovering'
    await world.run(30_000)
    expect(world.fleet.effects().filter(effect => effect.startsWith('b'))).not.toEqual([])
  })
})

describe('confirmation', () => {
  it('names every refusal, arms nothing, and is itself in the audit', async () => {
    world.fleet.add('a')
    const plan = await world.plan(first)
    const wrong = { digest: 'f'.repeat(64), typedName: 'telemetry', reason: 'why' }
    const error = await refusal(first.actions.confirm(plan.id, wrong, ADA))
    expect(error.code).toBe('blocked-by-guard')
    expect(error.blockedBy?.map(one => one.guard)).toEqual(
      expect.arrayContaining(['plan.digest', 'confirm.typed-name', 'request.reason']),
    )
    expect(world.shots()).toEqual([])
    expect(world.store.audit.entries.at(-1)?.verb).toBe('action.refused')
  })

  it('refuses a plan that is older than its time', async () => {
    world.fleet.add('a')
    const plan = await world.plan(first)
    await world.run(11 * 60_000)
    const given = { digest: plan.digest, typedName: TARGET.name, reason: REASON }
    const error = await refusal(first.actions.confirm(plan.id, given, ADA))
    expect(error.blockedBy?.map(one => one.guard)).toEqual(['plan.fresh'])
    expect((await first.actions.get(plan.id)).action.state).toBe('expired')
  })

  it('gives people ten minutes of their own time while the fleet’s runs four times as fast', async () => {
    const began = world.clock.now()
    const people = { now: () => 5_000_000 + (world.clock.now() - began) / 4, speed: () => 4 }
    const fast = await world.startProcess({ people })
    world.fleet.add('a')
    const plan = await world.plan(fast)
    const stale = await world.plan(fast)
    expect(stale.guards.find(one => one.guard === 'plan.fresh')?.text).toContain('another 10 min')
    await world.run(30 * 60_000)
    expect((await fast.actions.list()).map(action => action.state)).toEqual(['planned', 'planned'])
    await world.confirm(fast, plan)
    await world.run(11 * 60_000)
    expect(world.shots().map(shot => shot.landedAt !== undefined)).toEqual([true, true, true])
    const error = await refusal(world.confirm(fast, stale))
    expect(error.blockedBy?.map(one => one.guard)).toEqual(['plan.fresh'])
    expect((await fast.actions.get(stale.id)).action.state).toBe('expired')
  })

  it('waits for dry runs in people’s time', async () => {
    const people = { now: () => world.clock.now(), speed: () => 4 }
    const fast = await world.startProcess({ people })
    world.fleet.add('a').fate = () => 'never-arrive'
    const before = world.clock.now()
    let took = 0
    const planning = fast.actions
      .plan({ kind: 'remove-service', target: { ...TARGET }, reason: REASON }, ADA)
      .then(() => {
        took = world.clock.now() - before
      })
    await world.clock.advance(20_000)
    await planning
    expect(took).toBe(4 * 3_000)
  })

  it('happens once, whoever confirms', async () => {
    world.fleet.add('a')
    const plan = await world.plan(first)
    const given = { digest: plan.digest, typedName: TARGET.name, reason: REASON }
    const results = await Promise.allSettled([1, 2, 3].map(() => first.actions.confirm(plan.id, given, ADA)))
    expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(world.shots()).toHaveLength(3)
  })

  it('lets one action at a time onto a cluster', async () => {
    world.fleet.add('a').fate = () => 'never-arrive'
    const plan = await world.plan(first)
    const other = await world.plan(first)
    await world.confirm(first, plan)
    await world.run(5_000)
    const error = await refusal(world.confirm(first, other))
    expect(error.blockedBy?.map(one => one.guard)).toEqual(['cluster.one-action'])
    expect((await world.plan(first)).guards[0]).toMatchObject({
      guard: 'cluster.one-action',
      verdict: 'block',
    })
  })

  it.each([
    [{}, '$.digest'],
    [{ digest: 'x', typedName: 'a', reason: 'b' }, '$.digest'],
    [null, '$.'],
  ])('refuses %j as input', async (given, where) => {
    world.fleet.add('a')
    const plan = await world.plan(first)
    expect(await refusal(first.actions.confirm(plan.id, given, ADA))).toMatchObject({
      code: 'invalid-input',
      where,
    })
  })

  it('neither confirms nor fires a plan whose stored writes were altered', async () => {
    const a = world.fleet.add('a')
    const plan = await world.plan(first)
    const alter = () => {
      const write = world.store.actions.get(plan.id)?.plan.targets[0]?.steps[0]?.write
      if (!write) throw new Error('the plan has no write')
      const sound = write.path
      write.path = '/api/v1/namespaces/kube-system/pods/etcd-0'
      return () => {
        write.path = sound
      }
    }
    const mend = alter()
    expect((await refusal(world.confirm(first, plan))).blockedBy?.map(one => one.guard)).toEqual([
      'plan.digest',
    ])
    mend()
    await world.confirm(first, plan)
    alter()
    await world.run(10_000)
    expect(a.effects).toEqual([])
    expect(world.shots()[0]).toMatchObject({ state: 'refused' })
  })
})

describe('requests', () => {
  const target = { kind: 'DaemonSet', namespace: 'observability', name: 'telemetry-collector' }
  it.each([
    [{ kind: 'format-disk', target, reason: REASON }, '$.kind'],
    [{ kind: 'remove-service', target: { ...target, kind: 'Node' }, reason: REASON }, '$.target.kind'],
    [
      { kind: 'remove-service', target: { ...target, namespace: '../kube-system' }, reason: REASON },
      '$.target.namespace',
    ],
    [{ kind: 'remove-service', target: { ...target, name: 'a/../../b' }, reason: REASON }, '$.target.name'],
    [{ kind: 'remove-service', target, reason: 7 }, '$.reason'],
    [{ kind: 'remove-service', target, reason: REASON, force: true }, '$.'],
    ['remove it', '$.'],
  ])('refuses %j and says where', async (request, where) => {
    expect(await refusal(first.actions.plan(request, ADA))).toMatchObject({ code: 'invalid-input', where })
  })

  it('says that there is no such action', async () => {
    expect(await refusal(first.actions.get('nope'))).toMatchObject({ code: 'not-found' })
  })
})
