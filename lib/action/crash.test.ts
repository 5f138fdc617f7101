import { beforeEach, describe, expect, it } from 'vitest'
import { verifyChain } from '../audit/verify-chain'
import type { ClusterClient } from '../kube/types'
import { ActionWorld, ADA, type Process } from './testing/action-world'
import { BINDING_PATH, WORKLOAD_PATH } from './testing/fake-fleet'
import { seededRandom } from './testing/seeded-random'

let world: ActionWorld
let first: Process

beforeEach(async () => {
  world = new ActionWorld()
  first = await world.startProcess()
})

const removals = () => world.fleet.effects().filter(effect => effect.endsWith(WORKLOAD_PATH))
const landedClusters = () =>
  world.shots().filter(shot => shot.stepKind === 'delete-workload' && shot.landedAt !== undefined).length

async function nextProcess(): Promise<Process> {
  const process = await world.startProcess()
  await world.run(20_000)
  return process
}

describe('a process that dies', () => {
  it('with the shot armed and not claimed: the next one claims it', async () => {
    const a = world.fleet.add('a')
    await world.planAndConfirm(first)
    first.kill()
    world.store.changeShots([
      { id: world.shots()[0]?.id ?? '', from: ['waiting'], set: { state: 'armed' }, updatedAt: 0 },
    ])
    await nextProcess()
    await world.run(40_000)
    expect(a.effects[0]).toBe(`DELETE ${BINDING_PATH}`)
    expect(landedClusters()).toBe(1)
  })

  it('with the claim committed and nothing sent: the next one sends as if it were the first', async () => {
    world.fleet.add('a')
    const plan = await world.plan(first)
    const claim = world.store.claim.bind(world.store)
    world.store.claim = async (owner, limit, at) => {
      const claimed = await claim(owner, limit, at)
      if (claimed.length > 0) first.kill()
      return claimed
    }
    await world.confirm(first, plan)
    await world.run(5_000)
    expect(world.shots()[0]).toMatchObject({ state: 'trying', token: 1 })
    expect(removals()).toEqual([])
    world.store.claim = claim
    await nextProcess()
    await world.run(40_000)
    expect(world.shots()[0]?.token).toBe(2)
    expect(removals()).toHaveLength(1)
  })

  it('with a request sent and no answer read: the next one repeats, one effect, attempts kept', async () => {
    const a = world.fleet.add('a')
    const plan = await world.plan(first)
    a.fate = request =>
      request.path === WORKLOAD_PATH && request.method === 'DELETE'
        ? { hangMs: 10_000, outcome: 'serve' }
        : 'serve'
    await world.confirm(first, plan)
    await world.run(5_000)
    expect(world.shots()[1]?.state).toBe('trying')
    first.kill()
    await nextProcess()
    await world.run(60_000)
    expect(removals()).toHaveLength(1)
    expect(world.shots()[1]).toMatchObject({ state: 'landed' })
  })

  it('with the effect done and not recorded: 404 tells the next one', async () => {
    world.fleet.add('a')
    const plan = await world.plan(first)
    const request = world.fleet.request.bind(world.fleet)
    world.fleet.request = async (lane, asked) => {
      const result = await request(lane, asked)
      if (asked.method === 'DELETE' && asked.path === WORKLOAD_PATH) first.kill()
      return result
    }
    await world.confirm(first, plan)
    await world.run(10_000)
    expect(removals()).toHaveLength(1)
    expect(world.shots()[1]?.state).toBe('trying')
    world.fleet.request = request
    await nextProcess()
    await world.run(40_000)
    expect(removals()).toHaveLength(1)
    expect(world.shots()[1]).toMatchObject({ state: 'landed', detail: expect.stringContaining('Gone') })
  })

  it('recorded: the audit has it, since both were one transaction', async () => {
    world.fleet.add('a')
    const plan = await world.plan(first)
    const change = world.store.changeShots.bind(world.store)
    world.store.changeShots = async changes => {
      const applied = await change(changes)
      if (changes.some(one => one.set.state === 'landed')) first.kill()
      return applied
    }
    await world.confirm(first, plan)
    await world.run(10_000)
    expect(world.shots()[0]?.state).toBe('landed')
    expect(world.store.audit.entries.filter(entry => entry.verb === 'shot.landed')).toHaveLength(1)
    world.store.changeShots = change
    await nextProcess()
    await world.run(60_000)
    expect(landedClusters()).toBe(1)
    expect(await verifyChain(world.store.audit.entries)).toMatchObject({ ok: true })
  })

  it('while draining: the next one settles it', async () => {
    const { plan } = await world.underWay(first, 'never-arrive', 10_000)
    await first.actions.abort(plan.id, ADA)
    await world.run(5_000)
    expect(world.shots()[0]?.state).toBe('draining')
    first.kill()
    await nextProcess()
    await world.run(90_000)
    expect(world.shots()[0]?.state).toBe('aborted')
    expect((await world.store.getAction(plan.id))?.state).toBe('aborted')
  })

  it('with its stop asked while it was dead: the next one sends nothing', async () => {
    const { a, plan } = await world.underWay(first, 'never-arrive', 10_000)
    first.kill()
    const sent = a.requests
    const second = await world.startProcess()
    await second.actions.abort(plan.id, ADA)
    await world.run(60_000)
    a.fate = () => 'serve'
    expect(a.requests).toBe(sent)
    await world.run(60_000)
    expect(a.effects).toEqual([])
    expect(world.shots()[0]?.state).toBe('aborted')
  })
})

describe('two processes at once', () => {
  it('land each shot once, whoever owns it', async () => {
    const second = await world.startProcess()
    for (let i = 0; i < 12; i++) world.fleet.add(`c${i}`)
    await world.planAndConfirm(first)
    await world.run(120_000)
    expect(landedClusters()).toBe(12)
    expect(removals()).toHaveLength(12)
    expect(first.errors.concat(second.errors)).toEqual([])
  })

  it('meet the fence: one that was paused past its lease writes nothing', async () => {
    const a = world.fleet.add('a')
    const plan = await world.plan(first)
    let pause = 0
    const request = world.fleet.request.bind(world.fleet)
    world.fleet.request = async (lane, asked) => {
      const result = await request(lane, asked)
      // The first process hears its answer only long after its lease has lapsed.
      if (asked.method === 'DELETE' && asked.path === BINDING_PATH && pause++ === 0)
        await world.clock.sleep(40_000)
      return result
    }
    const renew = world.store.renewLease.bind(world.store)
    await world.confirm(first, plan)
    await world.run(3_000)
    const owner = world.shots()[0]?.owner
    world.store.renewLease = async (who, ms) => {
      if (who === owner) throw new Error('cut off')
      return renew(who, ms)
    }
    const second = await world.startProcess()
    await world.run(60_000)
    expect(a.effects.filter(effect => effect.endsWith(BINDING_PATH))).toHaveLength(1)
    expect(world.shots()[0]).toMatchObject({ state: 'landed', token: 2 })
    expect(second.errors).toEqual([])
  })
})

describe('the database away', () => {
  it('stops sending within the lease, records what landed when it is back, and loses nothing', async () => {
    for (let i = 0; i < 6; i++) world.fleet.add(`c${i}`)
    const plan = await world.plan(first)
    for (const cluster of world.fleet.all.values()) {
      cluster.fate = request => (request.method === 'DELETE' ? { status: 429, retryAfterMs: 1_000 } : 'serve')
    }
    await world.confirm(first, plan)
    await world.run(3_000)
    world.store.away = true
    await world.run(20_000)
    const requests = () => [...world.fleet.all.values()].reduce((sum, cluster) => sum + cluster.requests, 0)
    const before = requests()
    await world.run(60_000)
    expect(requests()).toBe(before)
    const error = await first.actions.abort(plan.id, ADA).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'unavailable' })
    world.store.away = false
    for (const cluster of world.fleet.all.values()) cluster.fate = () => 'serve'
    const again = await world.startProcess()
    await again.actions.abort(plan.id, ADA).catch(() => {})
    await world.run(200_000)
    expect(world.shots().every(shot => ['aborted', 'landed'].includes(shot.state))).toBe(true)
  })
})

describe('a hundred clusters', () => {
  it('all land once although the process is killed again and again', async () => {
    const rng = seededRandom(42)
    for (let i = 0; i < 100; i++) {
      world.fleet.add(`c${i}`, { nodes: 50 + i }).fate = request => {
        if (request.method === 'GET') return 'serve'
        const draw = rng()
        if (draw < 0.3) return { status: 429, retryAfterMs: 1_000 }
        if (draw < 0.4) return 'lose-answer'
        if (draw < 0.5) return 'never-arrive'
        if (draw < 0.55) return { hangMs: 5_000, outcome: 'serve' }
        return 'serve'
      }
    }
    world.fleet.setLease('c0', 0)
    const plan = await world.plan(first)
    await world.confirm(first, plan)
    let current = first
    for (let round = 0; round < 6; round++) {
      await world.run(10_000 + Math.floor(rng() * 15_000))
      current.kill()
      current = await world.startProcess()
    }
    await world.run(400_000)
    expect(landedClusters()).toBe(100)
    expect(removals()).toHaveLength(100)
    expect(new Set(removals()).size).toBe(100)
    expect(world.fleet.effects().filter(effect => effect.endsWith(BINDING_PATH))).toHaveLength(100)
    expect([...world.fleet.all.values()].every(cluster => cluster.pods === 0)).toBe(true)
    expect(await verifyChain(world.store.audit.entries)).toMatchObject({ ok: true })
  }, 60_000)

  it('keeps to one write in flight a lane and to the cap on handshakes', async () => {
    for (let i = 0; i < 100; i++) world.fleet.add(`c${i}`, { nodes: 50 + i })
    const plan = await world.plan(first)
    const inFlight = new Map<string, number>()
    let most = 0
    const sentAt: number[] = []
    const request = world.fleet.request.bind(world.fleet)
    const counting: ClusterClient['request'] = async (lane, asked) => {
      const key = `${lane.endpoint.server} ${lane.id} ${asked.method}`
      inFlight.set(key, (inFlight.get(key) ?? 0) + 1)
      most = Math.max(most, inFlight.get(key) ?? 0)
      if (asked.method === 'DELETE' && asked.path === BINDING_PATH) sentAt.push(world.clock.now())
      const result = await request(lane, asked)
      inFlight.set(key, (inFlight.get(key) ?? 1) - 1)
      return result
    }
    world.fleet.request = counting
    await world.confirm(first, plan)
    await world.run(180_000)
    expect(landedClusters()).toBe(100)
    expect(most).toBe(1)
    for (const at of sentAt) {
      expect(sentAt.filter(other => other >= at && other < at + 1_000).length).toBeLessThanOrEqual(62)
    }
  })
})
