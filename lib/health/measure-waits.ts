import type { Observation } from '../probe/types'
import { endedAt, waitOf } from './admission'
import { quantile } from './quantile'
import type { ControlPlaneState } from './types'

/** What was met within the last minute is what callers meet now. */
export const RECENT_MS = 60_000
/** Slowness that is mild must last: one stall of a network or of this machine is no strain. */
export const SUSTAINED_MS = 120_000
/** A read of one object beyond 1 s is slow for SIG scalability; simulated and busy networks add up to 0.3 s. */
const SLOW_MS = 1_000
const HURTS_MS = 5_000
/** What was slow must get clearly faster to count as calm. */
const RELIEF = 0.7
const LEAST_TRIES = 3

const CALM: ReadonlySet<ControlPlaneState | undefined> = new Set([undefined, 'Unknown', 'Healthy'])

export interface Waits {
  p50: number
  p95: number
  pushes: 'Strained' | 'Overloaded'
  /** Epoch ms of the first slow try of the last two minutes. */
  firstAt: number
}

/**
 * How slow `tries` of the last two minutes are; undefined when they are not, or are too few. `before` is the state that
 * they would hold: it takes less to stay than to enter.
 */
export function measureWaits(
  tries: readonly Observation[],
  now: number,
  before: ControlPlaneState | undefined,
): Waits | undefined {
  const calm = CALM.has(before)
  const slow = SLOW_MS * (calm ? 1 : RELIEF)
  const firstSlow = tries.find(o => waitOf(o) >= slow)
  if (!firstSlow) return undefined
  const recent = tries.filter(o => endedAt(o) >= now - RECENT_MS).map(waitOf)
  const p50 = quantile(recent, 0.5)
  const p95 = quantile(recent, 0.95)
  const sustained = quantile(tries.map(waitOf), 0.5)
  if (p50 === undefined || p95 === undefined || sustained === undefined || recent.length < LEAST_TRIES)
    return undefined
  const hurts = HURTS_MS * (calm || before === 'Strained' || before === 'Recovering' ? 1 : RELIEF)
  const firstAt = firstSlow.at
  if (p50 >= hurts) return { p50, p95, pushes: 'Overloaded', firstAt }
  const enough = calm ? Math.min(p50, sustained) : p50
  return enough >= slow ? { p50, p95, pushes: 'Strained', firstAt } : undefined
}
