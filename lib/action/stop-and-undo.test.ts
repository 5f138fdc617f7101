import { beforeEach, describe, expect, it } from 'vitest'
import { ActionWorld, ADA, type Process, refusal } from './testing/action-world'
import { BINDING_PATH, WORKLOAD_PATH } from './testing/fake-fleet'

let world: ActionWorld
let first: Process

beforeEach(async () => {
  world = new ActionWorld()
  first = await world.startProcess()
})

describe('stopping', () => {
  it('ends at once what was never sent', async () => {
    for (const id of ['a', 'b']) world.fleet.add(id)
    const plan = await world.planAndConfirm(first)
    await first.actions.abort(plan.id, ADA)
    await world.run(10_000)
    expect(new Set(world.shots().map(shot => shot.state))).toEqual(new Set(['aborted']))
    expect(world.fleet.effects()).toEqual([])
    expect((await first.actions.get(plan.id)).action.state).toBe('aborted')
  })

  it('drains what is under way, then says what became of it', async () => {
    const { a, plan } = await world.underWay(first, 'never-arrive', 20_000)
    await first.actions.abort(plan.id, ADA)
    await world.run(10_000)
    expect(world.shots()[0]?.state).toBe('draining')
    const sent = a.requests
    await world.run(60_000)
    expect(a.requests).toBe(sent)
    expect(world.shots()[0]?.state).toBe('draining')
    await world.run(20_000)
    expect(world.shots()[0]).toMatchObject({
      state: 'aborted',
      detail: expect.stringContaining('did not take effect'),
    })
    expect((await first.actions.get(plan.id)).action.state).toBe('aborted')
  })

  it('says landed, not aborted, when the write had taken effect unseen', async () => {
    const { a, plan } = await world.underWay(first, 'never-arrive', 20_000)
    await first.actions.abort(plan.id, ADA)
    await world.run(10_000)
    a.objects.delete(BINDING_PATH)
    await world.run(90_000)
    expect(world.shots()[0]).toMatchObject({
      state: 'landed',
      detail: expect.stringContaining('before it was stopped'),
    })
  })

  it('expires with the approval', async () => {
    const a = world.fleet.add('a')
    const plan = await world.plan(first)
    a.fate = () => 'never-arrive'
    await world.confirm(first, plan)
    await world.run(61 * 60_000)
    expect(world.shots()[0]?.state).toBe('draining')
    expect(world.shots()[1]?.state).toBe('expired')
    a.fate = () => 'serve'
    await world.run(180_000)
    expect(world.shots()[0]?.state).toBe('expired')
    expect((await first.actions.get(plan.id)).action.state).toBe('expired')
    expect(a.effects).toEqual([])
  })

  it('freezes everything until it is thawed', async () => {
    world.fleet.add('a').fate = () => 'never-arrive'
    world.fleet.add('b')
    const plan = await world.planAndConfirm(first)
    await world.run(5_000)
    await first.actions.freeze({ name: 'grace' })
    await world.run(100_000)
    expect(world.shots()[0]).toMatchObject({ stopReason: 'frozen' })
    expect((await first.actions.get(plan.id)).action.state).not.toBe('running')
    const other = await world.plan(first, ['b'])
    const error = await refusal(world.confirm(first, other))
    expect(error.blockedBy?.[0]).toMatchObject({
      guard: 'actions.frozen',
      reason: expect.stringContaining('grace'),
    })
    await first.actions.thaw(ADA)
    const again = await world.plan(first, ['b'])
    await world.confirm(first, again)
    await world.run(10_000)
    expect(world.fleet.get('b').effects.length).toBeGreaterThan(0)
  })

  it('freezes what another process armed at the same moment', async () => {
    const a = world.fleet.add('a')
    a.fate = () => 'never-arrive'
    const plan = await world.planAndConfirm(first)
    await world.store.appendAudit({
      at: world.clock.now(),
      actor: 'grace',
      verb: 'actions.frozen',
      subject: 'actions',
      detail: {},
    })
    await world.run(10_000)
    a.fate = () => 'serve'
    await world.run(100_000)
    expect(a.effects).toEqual([])
    expect((await first.actions.get(plan.id)).action.state).toBe('aborted')
    expect(first.errors).toEqual([])
  })

  it('holds a shot while its target is no suspect any more', async () => {
    let suspect = false
    const second = await world.startProcess({ stillSuspect: () => suspect })
    await first.actions.stop()
    const a = world.fleet.add('a')
    await world.planAndConfirm(second)
    await world.run(30_000)
    expect(a.effects).toEqual([])
    suspect = true
    await world.run(10_000)
    expect(a.effects).not.toEqual([])
  })
})

describe('the end of a process', () => {
  it('keeps every shot for the next one, which goes on at once', async () => {
    const { a } = await world.underWay(first, 'never-arrive', 5_000)
    await first.actions.stop()
    expect(world.shots()[0]).toMatchObject({ state: 'trying', token: 1 })
    a.fate = () => 'serve'
    await world.startProcess()
    await world.run(10_000)
    expect(world.shots()[0]).toMatchObject({ state: 'landed', token: 2 })
  })

  it('comes within seconds although the database is away', async () => {
    await world.underWay(first, { hangMs: 2_000, outcome: 'serve' }, 2_000)
    world.store.away = true
    await world.run(5_000)
    const stopped = first.actions.stop()
    await world.run(5_000)
    await stopped
    world.store.away = false
    await world.startProcess()
    await world.run(30_000)
    expect(world.shots()[0]).toMatchObject({ state: 'landed', detail: expect.stringContaining('Gone') })
  })

  it('survives a client that breaks its word and throws', async () => {
    world.fleet.add('a')
    const plan = await world.plan(first)
    const request = world.fleet.request.bind(world.fleet)
    let thrown = 0
    world.fleet.request = async (lane, asked) => {
      if (asked.method === 'DELETE' && thrown++ === 0) throw new Error('a bug')
      return request(lane, asked)
    }
    await world.confirm(first, plan)
    await world.run(20_000)
    expect(world.shots()[1]?.state).toBe('landed')
    expect(first.errors).toEqual([new Error('a bug')])
  })
})

describe('undo', () => {
  it('creates the workload again and then gives its rights back', async () => {
    const { a, plan } = await world.removed(first)
    expect(a.objects.has(WORKLOAD_PATH)).toBe(false)
    const undo = await first.actions.undo(plan.id, ADA)
    a.effects.length = 0
    await world.run(30_000)
    expect(a.effects.map(effect => effect.split('/').at(-1))).toEqual(['daemonsets', 'clusterrolebindings'])
    expect(a.objects.get(WORKLOAD_PATH)).toMatchObject({
      spec: { selector: { matchLabels: { app: 'telemetry-collector' } } },
    })
    world.watch('Healthy')
    await world.run(20_000)
    expect((await first.actions.get(plan.id)).action.state).toBe('undone')
    expect((await first.actions.get(undo.id)).action).toMatchObject({ state: 'finished', undoOf: plan.id })
  })

  it('recognises its own object when the answer was lost', async () => {
    const { a, plan } = await world.removed(first)
    let lost = 0
    a.fate = request => (request.method === 'POST' && lost++ === 0 ? 'lose-answer' : 'serve')
    const undo = await first.actions.undo(plan.id, ADA)
    await world.run(30_000)
    const created = world.shots().find(shot => shot.actionId === undo.id && shot.step === 0)
    expect(created).toMatchObject({ state: 'landed', detail: expect.stringContaining('Read back') })
  })

  it('does not touch what somebody else put back', async () => {
    const { a, plan } = await world.removed(first)
    a.objects.set(WORKLOAD_PATH, world.fleet.daemonSet(7))
    const undo = await first.actions.undo(plan.id, ADA)
    await world.run(30_000)
    const shot = world.shots().find(one => one.actionId === undo.id && one.step === 0)
    expect(shot?.state).toBe('superseded')
    expect(a.objects.get(WORKLOAD_PATH)).toMatchObject({ status: { desiredNumberScheduled: 7 } })
  })

  it('waits until every shot is settled', async () => {
    world.fleet.add('a').fate = () => 'never-arrive'
    const plan = await world.planAndConfirm(first)
    await world.run(10_000)
    expect(await refusal(first.actions.undo(plan.id, ADA))).toMatchObject({ code: 'conflict' })
  })

  it('happens once', async () => {
    const { plan } = await world.removed(first)
    const results = await Promise.allSettled([1, 2].map(() => first.actions.undo(plan.id, ADA)))
    expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})
