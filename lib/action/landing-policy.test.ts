import { describe, expect, it } from 'vitest'
import { createPolicy } from './landing-policy'
import type { LandingCommand, LandingInput, LandingLane } from './landing-terms'
import { geometricMean, gridCells, RECOMMENDED, runCell } from './testing/landing-grid'
import { seededRandom } from './testing/seeded-random'

const ordinary: LandingLane = { id: 'ordinary', kind: 'ordinary', balanced: true }
const exempt: LandingLane = { id: 'exempt', kind: 'exempt', balanced: true }
const direct = (n: number): LandingLane => ({ id: `direct-${n}`, kind: 'direct', balanced: false })
const calm = { canaryP50Ms: 20, canaryP95Ms: 400, canaryP99Ms: 600 }

function policyOf(input: Partial<LandingInput> = {}, options = {}) {
  return createPolicy({ lanes: [ordinary], rng: () => 0.5, ...input }, options)
}

const sends = (commands: LandingCommand[]) => commands.flatMap(c => (c.type === 'send' ? [c.lane] : []))
const wakeAt = (commands: LandingCommand[]) => commands.find(c => c.type === 'wake')?.atMs
const verdict = (commands: LandingCommand[]) => commands.find(c => c.type === 'done')?.verdict
const answer = (lane: string, status: number, more = {}) =>
  ({ type: 'result', lane, kind: 'answer', status, sent: true, latencyMs: 100, ...more }) as const

describe('waiting rather than knocking', () => {
  it('waits past the server’s own minute with pings instead of a short deadline', () => {
    const [send] = policyOf().start(0)
    expect(send).toEqual({
      type: 'send',
      lane: 'ordinary',
      timeoutMs: 65_000,
      connectTimeoutMs: 20_000,
      ping: true,
    })
  })

  it('keeps one request in flight a lane', () => {
    const policy = policyOf()
    policy.start(0)
    expect(sends(policy.on({ type: 'wake' }, 5_000))).toEqual([])
  })

  it('asks again at once after 504: the repeat is the read-back', () => {
    const policy = policyOf()
    policy.start(0)
    expect(sends(policy.on(answer('ordinary', 504, { latencyMs: 60_000 }), 60_000))).toEqual(['ordinary'])
  })
})

describe('lanes', () => {
  it('takes the least privilege first while calm, and hedges after the canary’s p95', () => {
    const policy = policyOf({ lanes: [direct(1), exempt, ordinary], hint: calm })
    const first = policy.start(0)
    expect(sends(first)).toEqual(['ordinary'])
    expect(wakeAt(first)).toBe(400)
    expect(sends(policy.on({ type: 'wake' }, 400))).toEqual(['exempt'])
  })

  it('in distress has one waiter at every server, one after another, and none twice', () => {
    const policy = policyOf({ lanes: [ordinary, exempt, direct(1), direct(2), direct(3)] })
    const seen = sends(policy.start(0))
    for (let at = 100; at <= 2_000; at += 100) seen.push(...sends(policy.on({ type: 'wake' }, at)))
    expect(seen.sort()).toEqual(['direct-1', 'direct-2', 'direct-3'])
  })

  it('opens the next lane at once when one fails without an answer', () => {
    const policy = policyOf({ lanes: [direct(1), direct(2)] })
    policy.start(0)
    const next = policy.on({ type: 'result', lane: 'direct-1', kind: 'connect-timeout', sent: false }, 50)
    expect(sends(next)).toEqual(['direct-2'])
  })

  it('never hedges when told so, not even in a restart window', () => {
    const policy = policyOf({ lanes: [exempt, direct(1), direct(2)] }, { hedge: false })
    expect(sends(policy.start(0))).toHaveLength(1)
    for (let at = 100; at < 60_000; at += 1_000) expect(sends(policy.on({ type: 'wake' }, at))).toEqual([])
  })

  it('refuses at once when there is no lane', () => {
    expect(verdict(policyOf({ lanes: [] }).start(0))).toBe('refused')
  })
})

describe('outcomes', () => {
  it.each([
    [200, 'landed'],
    [202, 'landed'],
    [404, 'landed'],
    [409, 'superseded'],
    [400, 'refused'],
    [422, 'refused'],
  ])('%i ends the shot as %s', (status, expected) => {
    const policy = policyOf()
    policy.start(0)
    expect(verdict(policy.on(answer('ordinary', status), 100))).toBe(expected)
    expect(policy.on(answer('ordinary', 200), 200)).toEqual([])
  })

  it('honours Retry-After on 429 with up to a quarter more, on that lane alone', () => {
    const policy = policyOf({ lanes: [ordinary, exempt], hint: calm })
    policy.start(0)
    policy.on({ type: 'wake' }, 400)
    const after = policy.on(answer('ordinary', 429, { retryAfterMs: 8_000 }), 500)
    expect(wakeAt(after)).toBe(500 + 8_000 * 1.125)
    expect(sends(policy.on({ type: 'wake' }, 8_400))).toEqual([])
    policy.on({ type: 'result', lane: 'exempt', kind: 'timeout', sent: true, latencyMs: 65_000 }, 9_000)
    expect(sends(policy.on({ type: 'wake' }, 9_501))).toContain('ordinary')
  })

  it.each(['connect-timeout', 'dead'] as const)('pauses with jitter of 0.4 to 8 s after %s', kind => {
    const rng = seededRandom(3)
    const policy = policyOf({ rng })
    policy.start(0)
    let now = 0
    for (let i = 0; i < 40; i++) {
      now += 10
      const commands = policy.on({ type: 'result', lane: 'ordinary', kind, sent: false, latencyMs: 10 }, now)
      const pause = (wakeAt(commands) ?? 0) - now
      expect(pause).toBeGreaterThanOrEqual(400)
      expect(pause).toBeLessThanOrEqual(8_000)
      now += pause
      while (sends(policy.on({ type: 'wake' }, now)).length === 0) now += 2_500
    }
  })

  it('closes a lane only when it is denied for half a minute, and refuses when all are closed', () => {
    const policy = policyOf({ rng: () => 0.99 })
    policy.start(0)
    let now = 0
    let end: string | undefined
    while (!end && now < 120_000) {
      const commands = policy.on(answer('ordinary', 403), now)
      end = verdict(commands)
      if (end) break
      now = wakeAt(commands) ?? now + 2_500
      while (sends(policy.on({ type: 'wake' }, now)).length === 0) now += 500
    }
    expect(end).toBe('refused')
    expect(now).toBeGreaterThan(30_000)
    expect(now).toBeLessThan(60_000)
  })
})

describe('restart windows', () => {
  it('knocks at the port after a refusal, and sends in the tick in which it opens', () => {
    const policy = policyOf({ lanes: [direct(1)] })
    policy.start(0)
    const refused = policy.on({ type: 'result', lane: 'direct-1', kind: 'refused', sent: false }, 10)
    expect(refused.map(c => c.type)).toContain('probe')
    let now = 10
    for (let i = 0; i < 10; i++) {
      const closed = policy.on({ type: 'probe', lane: 'direct-1', open: false }, now)
      const next = wakeAt(closed) ?? 0
      expect(next - now).toBeGreaterThanOrEqual(160)
      expect(next - now).toBeLessThanOrEqual(240)
      now = next
      expect(sends(policy.on({ type: 'wake' }, now))).toEqual([])
    }
    expect(sends(policy.on({ type: 'probe', lane: 'direct-1', open: true }, now))).toEqual(['direct-1'])
  })

  it('knocks once a second when it lasts more than a minute', () => {
    const policy = policyOf({ lanes: [direct(1)] })
    policy.start(0)
    policy.on({ type: 'result', lane: 'direct-1', kind: 'refused', sent: false }, 0)
    const commands = policy.on({ type: 'probe', lane: 'direct-1', open: false }, 61_000)
    expect(wakeAt(commands)).toBe(62_000)
  })

  it('takes 403, 500 and 503 as passing in a window, retries within 375 ms, at most 12 times', () => {
    const policy = policyOf({ lanes: [direct(1)] }, { burst: 1, perMinute: 0.001 })
    policy.start(0)
    policy.on({ type: 'result', lane: 'direct-1', kind: 'reset', sent: true }, 1_000)
    policy.on({ type: 'probe', lane: 'direct-1', open: false }, 1_001)
    policy.on({ type: 'wake' }, 1_300)
    let now = 3_000
    let tries = sends(policy.on({ type: 'probe', lane: 'direct-1', open: true }, now)).length
    const statuses = [403, 500, 503]
    for (let i = 0; i < 20; i++) {
      const next = wakeAt(policy.on(answer('direct-1', statuses[i % 3] ?? 500), now + 5))
      if (next === undefined || next - now > 1_000) break
      expect(next - now - 5).toBeLessThanOrEqual(375)
      now = next
      tries += sends(policy.on({ type: 'wake' }, now)).length
    }
    expect(tries).toBe(12)
  })

  it('treats a connection that was merely cut like any other failure', () => {
    const policy = policyOf({ lanes: [direct(1)] })
    policy.start(0)
    policy.on({ type: 'result', lane: 'direct-1', kind: 'reset', sent: true }, 1_000)
    expect(sends(policy.on({ type: 'probe', lane: 'direct-1', open: true }, 1_001))).toEqual([])
  })
})

describe('ending', () => {
  it('expires at the horizon, also when nothing happens until then', () => {
    const policy = policyOf({ horizonMs: 10_000 })
    const [send] = policy.start(0)
    expect(send).toMatchObject({ timeoutMs: 10_000 })
    const blocked = policy.on(answer('ordinary', 429, { retryAfterMs: 60_000 }), 100)
    expect(wakeAt(blocked)).toBe(10_000)
    expect(verdict(policy.on({ type: 'wake' }, 10_000))).toBe('expired')
  })

  it('stops when told, and says nothing afterwards', () => {
    const policy = policyOf()
    policy.start(0)
    expect(verdict(policy.on({ type: 'stop', reason: 'aborted' }, 10))).toBe('stopped')
    expect(policy.on({ type: 'wake' }, 20)).toEqual([])
  })

  it('ignores events of lanes it does not have or did not ask', () => {
    const policy = policyOf()
    policy.start(0)
    expect(sends(policy.on(answer('nobody', 200), 10))).toEqual([])
    expect(policy.on({ type: 'probe', lane: 'ordinary', open: true }, 20)).toEqual([])
  })
})

describe('on a seeded sample of locked-out clusters', () => {
  const graded = gridCells([0.005, 0.05]).map(cell => runCell(cell, RECOMMENDED, 60, 5))
  const figures = graded.map(one => one.figures)

  it('is about as fast as a waiter with perfect hands at every server', () => {
    expect(geometricMean(figures.map(f => f.timeRatio))).toBeLessThan(1.06)
    expect(Math.max(...figures.map(f => f.timeRatio))).toBeLessThan(1.25)
  })

  it('needs no more attempts than that waiter', () => {
    expect(geometricMean(figures.map(f => f.attemptsRatio))).toBeLessThan(1.03)
    expect(Math.max(...figures.map(f => f.attemptsRatio))).toBeLessThan(1.1)
  })

  it('lands everywhere and never says so without effect', () => {
    expect(figures.map(f => f.unlanded + f.wrong)).toEqual(figures.map(() => 0))
  })

  it('stays within 6 sends at once and 24 a minute where nothing restarts', () => {
    for (const { figures: f, trials } of graded) {
      if (f.cell.restarts) continue
      for (const trial of trials) {
        trial.sends.forEach((at, i) => {
          expect(i + 1).toBeLessThanOrEqual(6 + 0.4 * at + 1e-6)
        })
      }
    }
  })
})
