import type { LiveState } from './live-store'

/** From this age on the picture may be wrong: a heartbeat comes every five seconds. */
export const STALE_AFTER_MS = 10_000

export type Freshness =
  | { kind: 'connecting' }
  | { kind: 'live'; ageMs: number }
  | { kind: 'stale'; ageMs: number }

/** How old the picture is. A lost connection counts as stale only after its grace, so a quick reconnect is not noise. */
export function freshnessOf(state: LiveState, wallMs: number): Freshness {
  if (state.lastAliveMs === null) return { kind: 'connecting' }
  const ageMs = Math.max(0, wallMs - state.lastAliveMs)
  return ageMs >= STALE_AFTER_MS ? { kind: 'stale', ageMs } : { kind: 'live', ageMs }
}
