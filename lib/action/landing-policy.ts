import { keepsPlace, type LaneState, laneScore, newLane, pauseFor } from './landing-lane'
import { LANDING_DEFAULTS, type LandingOptions } from './landing-options'
import type { LandingCommand, LandingInput, LandingPolicy, LandingVerdict } from './landing-terms'
import { settleAttempt } from './settle-attempt'

const MINUTE = 60_000

/**
 * Lands one small write, harmless to repeat, on one API server fleet that admits almost nobody: one patient waiter
 * at every server, restart windows met within a fifth of a second, and a load budget that is never exceeded.
 * One instance a shot. See the room's README for the rules and `landing-options.ts` for every number's reason.
 */
export function createPolicy(
  { lanes, hint, rng, horizonMs = Number.POSITIVE_INFINITY }: LandingInput,
  options: Partial<LandingOptions> = {},
): LandingPolicy {
  const o: LandingOptions = { ...LANDING_DEFAULTS, ...options }
  const canaryMs = hint ? hint.canaryP95Ms : Number.POSITIVE_INFINITY
  const distress = !(canaryMs <= o.distressMs)
  const all = rankLanes(lanes, distress)
  const byId = new Map(all.map(lane => [lane.id, lane]))
  const waiters = countWaiters(all, distress, o)
  const hedgeMs = distress ? o.spreadMs : Math.max(o.hedgeMinMs, Math.min(o.hedgeMaxMs, canaryMs))
  let done = false
  let startedAt = 0
  let tokens = o.burst
  let tokensAt = 0
  /** Lanes open one after another: a hedge, not a volley. */
  let opened = 1

  function finish(verdict: LandingVerdict): LandingCommand[] {
    done = true
    return [{ type: 'done', verdict }]
  }

  /** Attempts in a restart window are paid from that window's own allowance, all others from the cluster's budget. */
  function pay(lane: LaneState, now: number): boolean {
    if (now < lane.windowEnds) {
      if (lane.windowTries >= o.windowTries) return false
      lane.windowTries++
      return true
    }
    tokens = Math.min(o.burst, tokens + ((now - tokensAt) / MINUTE) * o.perMinute)
    tokensAt = now
    if (tokens < 1) return false
    tokens--
    return true
  }

  function mayWait(lane: LaneState, now: number): boolean {
    const held = all.filter(other => keepsPlace(other, now, o)).length
    if (o.hedge && now < lane.windowEnds) return true
    return held < Math.min(waiters, opened)
  }

  function pump(now: number): LandingCommand[] {
    if (now >= horizonMs) return finish('expired')
    const out: LandingCommand[] = []
    for (const lane of all) {
      if (lane.downSince === null || lane.probing || lane.busy || now < lane.blockedUntil) continue
      lane.probing = true
      out.push({ type: 'probe', lane: lane.id })
    }
    let next = Number.POSITIVE_INFINITY
    const ready = all
      .filter(lane => !lane.busy && !lane.closed && lane.downSince === null && now >= lane.blockedUntil)
      .map(lane => ({ lane, score: laneScore(lane, now, o, rng) }))
      .sort((a, b) => b.score - a.score)
    for (const { lane } of ready) {
      if (!mayWait(lane, now)) continue
      if (!pay(lane, now)) {
        next = Math.min(next, now + MINUTE / o.perMinute)
        continue
      }
      lane.busy = true
      lane.sent++
      lane.seenAt = now
      out.push({
        type: 'send',
        lane: lane.id,
        timeoutMs: Math.min(o.patienceMs, horizonMs - now),
        connectTimeoutMs: Math.min(o.connectTimeoutMs, horizonMs - now),
        ping: true,
      })
    }
    for (const lane of all) {
      if (!lane.busy && !lane.closed && !lane.probing && lane.blockedUntil > now) {
        next = Math.min(next, lane.blockedUntil)
      }
    }
    if (opened < waiters) next = Math.min(next, startedAt + hedgeMs * opened)
    if (next < Number.POSITIVE_INFINITY || !all.some(lane => lane.busy || lane.probing)) {
      next = Math.min(next, horizonMs)
    }
    if (next < Number.POSITIVE_INFINITY) out.push({ type: 'wake', atMs: Math.max(next, now + 1) })
    return out
  }

  function probed(lane: LaneState, open: boolean, now: number): void {
    if (!lane.probing || lane.downSince === null) return
    lane.probing = false
    const downMs = now - lane.downSince
    if (!open) {
      lane.blockedUntil = now + (downMs < o.probeFastForMs ? o.probeMs : o.probeSlowMs) * (0.8 + 0.4 * rng())
      return
    }
    lane.downSince = null
    if (downMs > 2 * o.probeMs) {
      lane.windowEnds = now + o.windowMs
      lane.windowTries = 0
    } else {
      // Open at the first look: the connection was cut, not the server restarted.
      pauseFor(lane, now, o, rng)
    }
  }

  return {
    start(now) {
      startedAt = tokensAt = now
      return all.length === 0 ? finish('refused') : pump(now)
    },
    on(event, now) {
      if (done) return []
      if (event.type === 'stop') return finish('stopped')
      while (opened < waiters && now >= startedAt + hedgeMs * opened) opened++
      const lane = event.type === 'wake' ? undefined : byId.get(event.lane)
      if (lane && event.type === 'result' && lane.busy) {
        const end = settleAttempt(lane, event, now, o, rng)
        if (end === 'lane-closed') {
          if (all.every(other => other.closed)) return finish('refused')
        } else if (end) return finish(end)
        // A lane that failed opens the next at once.
        if (opened < waiters && event.kind !== 'answer') opened++
      }
      if (lane && event.type === 'probe') probed(lane, event.open, now)
      return pump(now)
    },
  }
}

/** Least privilege while ordinary callers are served; in distress past the queues, to every server itself. */
function rankLanes(lanes: LandingInput['lanes'], distress: boolean): LaneState[] {
  const rank = distress ? { direct: 0, exempt: 1, ordinary: 2 } : { ordinary: 0, exempt: 1, direct: 2 }
  return [...lanes]
    .sort((a, b) => rank[a.kind] - rank[b.kind])
    .map((lane, i) => newLane(lane, rank[lane.kind], i))
}

/** One waiter a server: as many as there are direct lanes, or connections through the balancer; two while calm. */
function countWaiters(lanes: LaneState[], distress: boolean, o: LandingOptions): number {
  if (!o.hedge) return 1
  const count = (kind: LaneState['kind']) => lanes.filter(lane => lane.kind === kind).length
  return Math.min(o.waiters, lanes.length, Math.max(distress ? 1 : 2, count('direct') || count('exempt')))
}
