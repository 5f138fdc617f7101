import { type LaneState, pauseFor, remember } from './landing-lane'
import type { LandingOptions } from './landing-options'
import type { AttemptResult, LandingVerdict } from './landing-terms'

/** What one attempt's end means for its lane; a verdict when it ends the shot. */
export function settleAttempt(
  lane: LaneState,
  result: AttemptResult,
  now: number,
  o: LandingOptions,
  rng: () => number,
): LandingVerdict | 'lane-closed' | null {
  lane.busy = false
  remember(lane, now, o)
  if (result.kind === 'answer') return settleAnswer(lane, result, now, o, rng)
  if (result.kind === 'refused' || result.kind === 'reset') {
    // Look at the port before anything costly: the server is restarting or gone.
    lane.downSince ??= now
    lane.deniedSince = null
    lane.blockedUntil = now
  } else if (now < lane.windowEnds) {
    lane.blockedUntil = now + o.windowRetryMs * (0.5 + rng())
  } else if ((result.latencyMs ?? 0) > 10_000) {
    // A long wait was pause enough; a little spread keeps the lanes apart.
    lane.blockedUntil = now + o.baseMs * rng()
  } else {
    pauseFor(lane, now, o, rng)
  }
  return null
}

function settleAnswer(
  lane: LaneState,
  result: AttemptResult,
  now: number,
  o: LandingOptions,
  rng: () => number,
): LandingVerdict | 'lane-closed' | null {
  const status = result.status ?? 0
  const verdict = o.classify(status, result)
  if (verdict) {
    lane.good++
    return verdict
  }
  if (status === 429) {
    lane.pauseMs = 0
    const wait = Math.max(1_000, result.retryAfterMs ?? 0)
    lane.blockedUntil = now + wait * (1 + 0.25 * rng())
    return null
  }
  if (status === 504) {
    // A minute was waited already: ask again at once, the repeat is the read-back.
    lane.blockedUntil = now
    return null
  }
  if (status === 400 || status === 422) return 'refused'
  const denied = status === 401 || status === 403
  if (!denied) lane.deniedSince = null
  if (now < lane.windowEnds) {
    // RBAC, informers and post-start hooks are still loading.
    lane.blockedUntil = now + o.windowRetryMs * (0.5 + rng())
    return null
  }
  if (denied) {
    lane.deniedSince ??= now
    lane.closed = now - lane.deniedSince > o.deniedForMs
    if (lane.closed) return 'lane-closed'
  }
  pauseFor(lane, now, o, rng)
  return null
}
