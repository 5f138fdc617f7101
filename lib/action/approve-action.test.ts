import { beforeEach, describe, expect, it } from 'vitest'
import { verifyChain } from '../audit/verify-chain'
import { ActionWorld, ADA, type Process, REASON, refusal } from './testing/action-world'
import { TARGET } from './testing/fake-fleet'
import type { ActionPlan } from './types'

const GRACE = { name: 'grace' }
const LIN = { name: 'lin' }
const OVERRIDE = { guard: 'approval.second-person', reason: 'nobody of the team answers' }

let world: ActionWorld
let first: Process
let plan: ActionPlan

const PEOPLE = ['ada', 'grace', 'lin']
const approvers = async (except: { name: string }) => PEOPLE.filter(name => name !== except.name)

beforeEach(async () => {
  world = new ActionWorld()
  world.fleet.add('a')
  first = await world.startProcess({ approvers })
  plan = await world.plan(first)
})

const approve = (digest = plan.digest, by: { name: string; via?: 'token' } = GRACE) =>
  first.actions.approve(plan.id, { digest }, by)
const guardsOf = async (work: Promise<unknown>) => (await refusal(work)).blockedBy?.map(({ guard }) => guard)
const state = async () => (await first.actions.get(plan.id)).action.state
const verbs = () => world.store.audit.entries.map(entry => entry.verb)

describe('asking a second person', () => {
  it('arms nothing before the answer, and everything after it', async () => {
    await world.confirm(first, plan)
    expect(await state()).toBe('awaiting')
    expect(world.shots()).toEqual([])
    await world.run(30_000)
    expect(world.fleet.effects()).toEqual([])
    const armed = await approve()
    expect(armed).toMatchObject({ state: 'running', confirmedBy: 'grace' })
    expect(armed.approval).toMatchObject({ askedBy: 'ada', answer: { kind: 'approved', by: 'grace' } })
    await world.run(30_000)
    expect(world.fleet.effects()).not.toEqual([])
    expect(verbs().slice(0, 3)).toEqual(['action.planned', 'action.approval-asked', 'action.approved'])
    expect(await verifyChain(world.store.audit.entries)).toMatchObject({ ok: true })
  })

  it('takes nobody for a second person who broke the glass, nor the one who asked by another way in', async () => {
    await world.confirm(first, plan)
    const answer = { digest: plan.digest }
    const lent = { ...GRACE, breakGlass: true }
    expect(await guardsOf(first.actions.approve(plan.id, answer, lent))).toEqual(['approval.second-person'])
    const again = { name: 'Ada (break-glass)' }
    expect(await guardsOf(first.actions.approve(plan.id, answer, again))).toEqual(['approval.second-person'])
    expect(await state()).toBe('awaiting')
  })

  it('outlives the process', async () => {
    await world.confirm(first, plan)
    first.kill()
    const second = await world.startProcess({ approvers })
    expect((await second.actions.open()).map(one => one.id)).toEqual([plan.id])
    await second.actions.approve(plan.id, { digest: plan.digest }, GRACE)
    await world.run(30_000)
    expect(world.fleet.effects()).not.toEqual([])
  })

  it('is not done where nobody else is known, for narrow actions, or when the policy never wants it', async () => {
    const alone = await world.startProcess({ approvers: async () => [] })
    const only = await world.plan(alone)
    expect(only.guards.find(one => one.guard === 'approval.second-person')?.text).toContain('Nobody else')
    world.watch()
    const post = { typedName: TARGET.name, reason: REASON }
    const confirmed = await alone.actions.confirm(only.id, { ...post, digest: only.digest }, ADA)
    expect(confirmed.state).toBe('running')
  })

  it('is done for every action when the policy says always', async () => {
    const strict = await world.startProcess({ approvers, policy: { secondPerson: 'always' } })
    const promise = strict.actions.plan(
      { kind: 'shrink-footprint', target: { ...TARGET }, nodes: 0, reason: REASON },
      ADA,
    )
    await world.clock.advance(16_000)
    const shrink = await promise
    world.watch()
    const given = { digest: shrink.digest, typedName: TARGET.name, reason: REASON }
    expect((await strict.actions.confirm(shrink.id, given, ADA)).state).toBe('awaiting')
  })
})

describe('one human under two names', () => {
  const ada = { ...ADA, identities: ['person:1', 'mail:ada@corp.test'] }
  const second = { name: 'Ada Lovelace', identities: ['person:2', 'mail:ada@corp.test'] }

  beforeEach(async () => {
    world.watch()
    const given = { digest: plan.digest, typedName: TARGET.name, reason: REASON }
    await first.actions.confirm(plan.id, given, ada)
  })

  it('is no second person', async () => {
    expect(await guardsOf(first.actions.approve(plan.id, { digest: plan.digest }, second))).toEqual([
      'approval.second-person',
    ])
    expect(await state()).toBe('awaiting')
    await approve()
    expect(await state()).toBe('running')
  })

  it('withdraws what it asked for, and reviews nothing that it overrode', async () => {
    await world.run(125_000)
    await first.actions.override(plan.id, { ...OVERRIDE, digest: plan.digest }, ada)
    const review = first.actions.review(plan.id, { note: 'looks right to me' }, second)
    expect(await guardsOf(review)).toEqual(['approval.second-person'])
  })

  it('is told as withdrawn when it ends the wait', async () => {
    const ended = await first.actions.decline(plan.id, { reason: 'asked for the wrong one' }, second)
    expect(ended.approval?.answer?.kind).toBe('withdrawn')
  })
})

describe('an undo of what asked two people', () => {
  let undoId: string
  const undo = (by: { name: string } = ADA) => first.actions.undo(plan.id, by)
  const answer = async () => ({ digest: (await first.actions.get(undoId)).action.digest })
  const stateOf = async (id: string) => (await first.actions.get(id)).action.state

  beforeEach(async () => {
    await world.confirm(first, plan)
    await approve()
    await world.run(60_000)
    const asked = await undo()
    expect(asked).toMatchObject({ state: 'awaiting', undoOf: plan.id, approval: { askedBy: 'ada' } })
    undoId = asked.id
  })

  it('sends nothing before another person said yes to exactly it, and everything after', async () => {
    const effects = world.fleet.effects().length
    await world.run(30_000)
    expect(world.fleet.effects()).toHaveLength(effects)
    expect(await stateOf(plan.id)).not.toBe('undoing')
    expect(await guardsOf(first.actions.approve(undoId, await answer(), ADA))).toEqual([
      'approval.second-person',
    ])
    expect(await guardsOf(first.actions.approve(undoId, { digest: '0'.repeat(64) }, GRACE))).toEqual([
      'plan.digest',
    ])
    await first.actions.approve(undoId, await answer(), GRACE)
    expect(await stateOf(plan.id)).toBe('undoing')
    await world.run(30_000)
    expect(world.fleet.effects().length).toBeGreaterThan(effects)
    world.watch('Healthy')
    await world.run(30_000)
    expect([await stateOf(plan.id), await stateOf(undoId)]).toEqual(['undone', 'finished'])
    expect(verbs()).toEqual(
      expect.arrayContaining(['action.approval-asked', 'action.undoing', 'action.approved']),
    )
    expect(await verifyChain(world.store.audit.entries)).toMatchObject({ ok: true })
  })

  it('is asked once, leaves the action as it is when declined, and may then be asked again', async () => {
    await expect(undo(GRACE)).rejects.toMatchObject({ code: 'conflict' })
    const before = await stateOf(plan.id)
    await first.actions.decline(undoId, { reason: 'it would bring the storm back' }, GRACE)
    expect(await stateOf(plan.id)).toBe(before)
    expect(await undo(GRACE)).toMatchObject({ state: 'awaiting', approval: { askedBy: 'grace' } })
  })

  it('is held by a freeze, and does not wait for ever', async () => {
    const given = await answer()
    await first.actions.freeze({ name: 'lin' })
    expect(await guardsOf(first.actions.approve(undoId, given, GRACE))).toEqual(['actions.frozen'])
    await first.actions.thaw(LIN)
    await world.run(60 * 60_000)
    expect(await guardsOf(first.actions.approve(undoId, given, GRACE))).toEqual(['plan.fresh'])
    expect(await undo()).toMatchObject({ state: 'awaiting' })
  })

  it('may be overridden by a commander once nobody answered, and is then to be reviewed', async () => {
    await world.clock.advance(121_000)
    const armed = await first.actions.override(undoId, { ...OVERRIDE, ...(await answer()) }, ADA)
    expect(armed).toMatchObject({ state: 'running', approval: { answer: { kind: 'overridden' } } })
    expect((await first.actions.open()).map(one => one.id)).toEqual([undoId])
  })
})

describe('an approval that does not count', () => {
  beforeEach(() => world.confirm(first, plan))

  it.each([
    ['by the one who asked', () => approve(plan.digest, ADA), 'approval.second-person'],
    [
      'by the same under other letters',
      () => approve(plan.digest, { name: ' ADA' }),
      'approval.second-person',
    ],
    ['by a token', () => approve(plan.digest, { name: 'ci', via: 'token' }), 'approval.second-person'],
    ['of another digest', () => approve('0'.repeat(64)), 'plan.digest'],
  ])('%s', async (_name, work, guard) => {
    expect(await guardsOf(work())).toEqual([guard])
    expect(await state()).toBe('awaiting')
    expect(world.shots()).toEqual([])
    expect(verbs().at(-1)).toBe('action.refused')
  })

  it.each([
    { digest: 'short' },
    { digest: 7 },
    { digest: 'A'.repeat(64) },
    {},
    'yes',
    null,
    { digest: 'a'.repeat(64), force: true },
  ])('that is malformed: %j', async answer => {
    expect(await refusal(first.actions.approve(plan.id, answer, GRACE))).toMatchObject({
      code: 'invalid-input',
    })
    expect(await state()).toBe('awaiting')
  })

  it('replayed: an answer counts once', async () => {
    await approve()
    const shots = world.shots().length
    expect(await guardsOf(approve())).toEqual(['approval.once'])
    expect(await guardsOf(approve(plan.digest, LIN))).toEqual(['approval.once'])
    expect(world.shots()).toHaveLength(shots)
  })

  it('of two at the same moment, in two processes', async () => {
    const second = await world.startProcess({ approvers })
    const both = await Promise.allSettled([
      approve(),
      second.actions.approve(plan.id, { digest: plan.digest }, LIN),
    ])
    expect(both.map(one => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(world.shots()).toHaveLength(plan.targets.flatMap(target => target.steps).length)
  })

  it('of a plan that was changed in storage', async () => {
    const row = world.store.actions.get(plan.id)
    if (row) row.plan.targets = []
    expect(await guardsOf(approve())).toContain('plan.digest')
    expect(world.shots()).toEqual([])
  })

  it('of a plan that has expired', async () => {
    await world.run(11 * 60_000)
    expect(await state()).toBe('expired')
    expect(await first.actions.open()).toEqual([])
    expect(await guardsOf(approve())).toContain('plan.fresh')
  })

  it('while everything is frozen, or when the evidence is old', async () => {
    await first.actions.freeze(LIN)
    expect(await guardsOf(approve())).toEqual(['actions.frozen'])
    await first.actions.thaw(LIN)
    await world.clock.advance(5 * 60_000)
    expect(await guardsOf(approve())).toEqual(['evidence.fresh'])
  })

  it('of an action that was declined, withdrawn, aborted or never asked about', async () => {
    await first.actions.decline(plan.id, { reason: 'wrong cluster, wait' }, GRACE)
    expect(await state()).toBe('aborted')
    expect(await guardsOf(approve())).toEqual(['approval.once'])
    const other = await world.plan(first)
    const answer = { digest: other.digest }
    expect(await guardsOf(first.actions.approve(other.id, answer, GRACE))).toEqual(['approval.once'])
    await world.confirm(first, other)
    const withdrawn = await first.actions.decline(other.id, { reason: 'planned too early' }, ADA)
    expect(withdrawn.approval?.answer).toMatchObject({ kind: 'withdrawn', by: 'ada' })
    const third = await world.plan(first)
    await world.confirm(first, third)
    await first.actions.abort(third.id, GRACE)
    expect((await first.actions.get(third.id)).action.state).toBe('aborted')
    expect(world.shots()).toEqual([])
  })
})

describe('an override', () => {
  const override = (by: { name: string; via?: 'token' } = ADA, over: object = {}) =>
    first.actions.override(plan.id, { digest: plan.digest, ...OVERRIDE, ...over }, by)

  beforeEach(() => world.confirm(first, plan))

  it('waits for an answer first, names its guard and says why', async () => {
    expect(await refusal(override())).toMatchObject({
      blockedBy: [{ guard: 'approval.second-person', reason: expect.stringContaining('120 s') }],
    })
    await world.run(120_000)
    expect(await guardsOf(override(ADA, { digest: 'f'.repeat(64) }))).toEqual(['plan.digest'])
    expect(await guardsOf(override({ name: 'ci', via: 'token' }))).toEqual(['approval.second-person'])
    for (const wrong of [{ guard: 'blast-radius' }, { reason: 'short' }, { reason: '           ' }])
      expect(await refusal(override(ADA, wrong))).toMatchObject({ code: 'invalid-input' })
    expect(world.shots()).toEqual([])
  })

  it('arms, and is to be reviewed by somebody else', async () => {
    await world.run(120_000)
    expect((await override()).state).toBe('running')
    expect(verbs()).toContain('action.overridden')
    expect((await first.actions.open()).map(one => one.id)).toEqual([plan.id])
    const review = (by: { name: string; via?: 'token' }) =>
      first.actions.review(plan.id, { note: 'right: it was the cause' }, by)
    expect(await guardsOf(review(ADA))).toEqual(['approval.second-person'])
    expect(await guardsOf(review({ name: 'ci', via: 'token' }))).toEqual(['approval.second-person'])
    await world.run(30_000)
    expect((await review(GRACE)).approval?.review).toMatchObject({ by: 'grace' })
    expect(await first.actions.open()).toEqual([])
    expect(await refusal(review(LIN))).toMatchObject({ code: 'conflict' })
    expect(await verifyChain(world.store.audit.entries)).toMatchObject({ ok: true })
  })

  it('overrides no other guard', async () => {
    await world.run(120_000)
    world.fleet.openIncident = null
    const strict = await world.startProcess({ approvers, policy: { requireIncident: 'block' } })
    const post = { digest: plan.digest, ...OVERRIDE }
    expect(await guardsOf(strict.actions.override(plan.id, post, ADA))).toEqual(['incident.declared'])
    expect(world.shots()).toEqual([])
  })
})
