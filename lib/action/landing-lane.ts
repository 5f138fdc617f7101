import type { LandingOptions } from './landing-options'
import type { LandingLane } from './landing-terms'
import { sampleBeta } from './sample-beta'

/** What the policy remembers of one lane. */
export interface LaneState extends LandingLane {
  /** Rank of its kind, 0 is asked first. */
  rank: number
  order: number
  busy: boolean
  /** Nothing is sent before this instant. */
  blockedUntil: number
  /** Last pause of the decorrelated jitter. */
  pauseMs: number
  /** Since when connections are refused or cut. */
  downSince: number | null
  probing: boolean
  /** End of the window after a restart, and attempts made in it. */
  windowEnds: number
  windowTries: number
  deniedSince: number | null
  closed: boolean
  /** Discounted answers and attempts as of `seenAt`, starting from a uniform prior. */
  good: number
  tried: number
  seenAt: number
  sent: number
}

export function newLane(lane: LandingLane, rank: number, order: number): LaneState {
  return {
    ...lane,
    rank,
    order,
    busy: false,
    blockedUntil: 0,
    pauseMs: 0,
    downSince: null,
    probing: false,
    windowEnds: 0,
    windowTries: 0,
    deniedSince: null,
    closed: false,
    good: 1,
    tried: 2,
    seenAt: 0,
    sent: 0,
  }
}

/** True while nobody else should wait in this lane's stead: it waits, is back in a moment, or its server restarts. */
export function keepsPlace(lane: LaneState, now: number, o: LandingOptions): boolean {
  if (lane.busy) return true
  if (lane.closed) return false
  if (lane.downSince !== null) return now - lane.downSince < o.probeFastForMs
  return lane.sent > 0 && lane.blockedUntil > now && lane.blockedUntil - now < o.holdMs
}

/** Decorrelated jitter: each pause uniform between the base and three times the last one, capped. */
export function pauseFor(lane: LaneState, now: number, o: LandingOptions, rng: () => number): void {
  lane.pauseMs = Math.min(o.capMs, o.baseMs + rng() * (3 * Math.max(o.baseMs, lane.pauseMs) - o.baseMs))
  lane.blockedUntil = now + lane.pauseMs
}

/** Counts one attempt, discounting older ones. */
export function remember(lane: LaneState, now: number, o: LandingOptions): void {
  const decay = 0.5 ** ((now - lane.seenAt) / o.halfLifeMs)
  lane.good = 1 + (lane.good - 1) * decay
  lane.tried = 2 + (lane.tried - 2) * decay + 1
  lane.seenAt = now
}

/**
 * Higher is asked first: a lane in its restart window, then by kind, and within a kind Thompson sampling over the
 * discounted share of admissions. A lane never tried counts as good, earlier lanes of the list before later ones.
 */
export function laneScore(lane: LaneState, now: number, o: LandingOptions, rng: () => number): number {
  const decay = 0.5 ** ((now - lane.seenAt) / o.halfLifeMs)
  const good = 1 + (lane.good - 1) * decay
  const tried = 2 + (lane.tried - 2) * decay
  const admitted = lane.sent > 0 ? sampleBeta(good, Math.max(1, tried - good + 1), rng) : 1
  return (now < lane.windowEnds ? 10 : 0) - lane.rank + 0.9 * admitted - lane.order * 1e-3
}
