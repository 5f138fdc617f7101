import { beforeEach, describe, expect, it } from 'vitest'
import { isOpen } from './shot-machine'
import { ActionWorld, ADA, type Process, refusal } from './testing/action-world'
import { WORKLOAD_PATH } from './testing/fake-fleet'
import type { ActionPlan } from './types'

const GRACE = { name: 'grace' }

let world: ActionWorld
let process: Process

beforeEach(async () => {
  world = new ActionWorld()
  process = await world.startProcess()
})

const sent = () => [...world.fleet.all.values()].reduce((sum, cluster) => sum + cluster.requests, 0)
const started = () => world.shots().filter(shot => shot.state !== 'waiting').length
const verbs = () => world.store.audit.entries.map(entry => `${entry.actor} ${entry.verb}`)

/** A removal on this many clusters, whose deletes are turned away until `admit`. */
async function turnedAway(clusters: number): Promise<{ plan: ActionPlan; admit: () => void }> {
  for (let i = 0; i < clusters; i++) world.fleet.add(`c${String(i).padStart(2, '0')}`, { nodes: 10 + i })
  const plan = await world.plan(process)
  for (const cluster of world.fleet.all.values()) {
    cluster.fate = request => (request.method === 'DELETE' ? { status: 429, retryAfterMs: 1_000 } : 'serve')
  }
  await world.confirm(process, plan)
  const admit = () => {
    for (const cluster of world.fleet.all.values()) cluster.fate = () => 'serve'
  }
  return { plan, admit }
}

describe('paused', () => {
  it('sends and begins nothing more at once, and goes on when it is resumed', async () => {
    const { plan, admit } = await turnedAway(12)
    await world.run(5_000)
    await process.actions.pause(plan.id, ADA)
    const before = { sent: sent(), started: started() }
    expect(before.sent).toBeGreaterThan(0)
    admit()
    await world.run(120_000)
    expect({ sent: sent(), started: started() }).toEqual(before)
    expect(world.fleet.effects()).toEqual([])
    expect((await world.store.getAction(plan.id))?.pause).toMatchObject({ by: 'ada', cause: 'person' })
    await process.actions.resume(plan.id, GRACE)
    await world.run(180_000)
    expect(world.shots().filter(shot => isOpen(shot.state))).toEqual([])
    expect(world.fleet.effects().filter(effect => effect.endsWith(WORKLOAD_PATH))).toHaveLength(12)
    expect(verbs()).toEqual(expect.arrayContaining(['ada action.paused', 'grace action.resumed']))
  })

  it('lets a request that is under way end, and takes its answer', async () => {
    const { plan } = await world.underWay(process, { hangMs: 20_000, outcome: 'serve' }, 2_000)
    await process.actions.pause(plan.id, ADA)
    await world.run(60_000)
    expect(world.states()).toEqual([
      'a:revoke-rights=landed',
      'a:delete-workload=waiting',
      'a:delete-pods=waiting',
    ])
  })

  it('stays paused although the process is killed, and in every replica', async () => {
    const { plan, admit } = await turnedAway(4)
    const told: unknown[] = []
    const other = await world.startProcess()
    const third = await world.startProcess({ onAction: ({ pause }) => told.push(pause?.by) })
    await world.run(5_000)
    await other.actions.pause(plan.id, ADA)
    await world.run(10_000)
    expect(told).toEqual(['ada'])
    third.kill()
    const before = sent()
    process.kill()
    admit()
    const next = await world.startProcess()
    await world.run(60_000)
    expect(sent()).toBe(before)
    expect(next.errors).toEqual([])
    await next.actions.resume(plan.id, ADA)
    await world.run(180_000)
    expect(world.fleet.effects().filter(effect => effect.endsWith(WORKLOAD_PATH))).toHaveLength(4)
  })

  it('can be aborted, and pauses what undoes it', async () => {
    const { plan } = await turnedAway(2)
    await world.run(3_000)
    await process.actions.pause(plan.id, ADA)
    await process.actions.abort(plan.id, ADA)
    await world.run(120_000)
    expect((await world.store.getAction(plan.id))?.state).toBe('aborted')
    expect(world.fleet.effects()).toEqual([])

    const done = new ActionWorld()
    process = await done.startProcess()
    const { plan: removal } = await done.removed(process)
    const undo = await process.actions.undo(removal.id, ADA)
    expect((await process.actions.pause(removal.id, ADA)).id).toBe(undo.id)
  })

  it('says why it cannot be steered', async () => {
    const { plan } = await turnedAway(1)
    expect(await refusal(process.actions.resume(plan.id, ADA))).toMatchObject({ code: 'conflict' })
    await process.actions.pause(plan.id, ADA)
    expect((await refusal(process.actions.pause(plan.id, GRACE))).message).toContain('ada paused it')
    expect(await refusal(process.actions.widen(plan.id, ADA))).toMatchObject({ code: 'conflict' })
    await process.actions.freeze(GRACE)
    expect((await refusal(process.actions.resume(plan.id, ADA))).code).toMatch(/conflict|blocked-by-guard/)
    expect(await refusal(process.actions.pause('nope', ADA))).toMatchObject({ code: 'not-found' })
  })
})

describe('widened', () => {
  it('releases one wave after the other without waiting for proof, and never beyond the plan', async () => {
    const { plan, admit } = await turnedAway(30)
    await world.run(5_000)
    const begun = () => new Set(world.shots().flatMap(s => (s.state === 'waiting' ? [] : s.clusterId))).size
    expect(begun()).toBe(1)
    expect(await process.actions.widen(plan.id, ADA)).toMatchObject({ widenedTo: 1 })
    await world.run(5_000)
    expect(begun()).toBe(3)
    expect(await process.actions.widen(plan.id, ADA)).toMatchObject({ widenedTo: 2 })
    await world.run(5_000)
    expect(begun()).toBe(30)
    const error = await refusal(process.actions.widen(plan.id, ADA))
    expect(error).toMatchObject({ code: 'conflict' })
    admit()
    await world.run(180_000)
    expect(new Set(world.fleet.effects()).size).toBe(world.fleet.effects().length)
    expect(world.shots()).toHaveLength(plan.targets.flatMap(target => target.steps).length)
    const widened = world.store.audit.entries.filter(entry => entry.verb === 'action.widened')
    expect(widened.map(entry => entry.detail)).toEqual([
      { to: 'the first 5 %', clusters: 2 },
      { to: 'all clusters', clusters: 27 },
    ])
  })

  it('asks the guards again: not while frozen, nor where a cluster got worse', async () => {
    const { plan, admit } = await turnedAway(10)
    admit()
    world.fleet.get('c00').facts.state = 'Strained'
    await world.run(2_000)
    world.fleet.get('c00').facts.state = 'Dark'
    await world.run(6_000)
    const error = await refusal(process.actions.widen(plan.id, ADA))
    expect(error.blockedBy?.map(one => one.guard)).toContain('landing.worse')
    expect(world.store.audit.entries.at(-1)).toMatchObject({ verb: 'action.refused', actor: 'ada' })
  })
})

describe('worse where it landed', () => {
  it('pauses by itself with its reason, until a person resumes it', async () => {
    for (let i = 0; i < 10; i++) world.fleet.add(`c0${i}`, { nodes: 10 + i, state: 'Strained' })
    let slowSince = Number.POSITIVE_INFINITY
    for (const cluster of world.fleet.all.values()) {
      // The canary runs every five seconds; on the first cluster it is slow once the action has landed.
      cluster.facts.callers = since => {
        const now = world.clock.now()
        const first = Math.floor(since / 5_000) * 5_000 + 5_000
        return Array.from({ length: Math.max(0, Math.floor((now - first) / 5_000) + 1) }, (_, i) => {
          const at = first + i * 5_000
          return { at, waitMs: cluster.id === 'c00' && at > slowSince ? 4_000 : 40, served: true }
        })
      }
    }
    const paused: unknown[] = []
    process.kill()
    process = await world.startProcess({ onAction: action => action.pause && paused.push(action.pause) })
    const plan = await world.plan(process)
    slowSince = world.clock.now()
    await world.confirm(process, plan)
    await world.run(60_000)
    const action = await world.store.getAction(plan.id)
    expect(action?.pause).toMatchObject({ by: 'holdfast', cause: 'worse', clusterIds: ['c00'] })
    expect(action?.pause?.reason).toBe('Callers fare worse where it landed: c00, p99 4.0 s (0.04 s before).')
    expect(paused).not.toEqual([])
    const touched = new Set(world.fleet.effects().map(effect => effect.split(' ')[0]))
    expect([...touched]).toEqual(['c00'])

    await process.actions.resume(plan.id, ADA)
    await world.run(240_000)
    expect(world.fleet.effects().filter(effect => effect.endsWith(WORKLOAD_PATH))).toHaveLength(10)
    expect((await world.store.getAction(plan.id))?.accepted).toEqual(['c00'])
  })
})
