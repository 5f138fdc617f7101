import type { ClockDto } from '../wire/time'

/** Samples of the difference between the two wall clocks that are kept; about a minute of events. */
const SAMPLES = 60
/** A difference this far above the smallest means that one of the clocks was set, not that the network was slow. */
const JUMP_MS = 30_000

/**
 * What the browser knows of the server's clock. `skewMs` is own wall minus server wall; the smallest of the recent
 * samples is the one with the least network delay in it.
 */
export interface ServerClock {
  anchor: ClockDto
  anchorWallMs: number
  anchorMs: number
  skewSamples: readonly number[]
  skewMs: number
}

/** Takes in a clock as received at `receivedMs` of the browser's own wall clock. */
export function anchorClock(known: ServerClock | null, anchor: ClockDto, receivedMs: number): ServerClock {
  const anchorWallMs = Date.parse(anchor.wallAt)
  const sample = receivedMs - anchorWallMs
  const kept = known && Math.abs(sample - known.skewMs) <= JUMP_MS ? known.skewSamples : []
  const skewSamples = [...kept, sample].slice(-SAMPLES)
  return {
    anchor,
    anchorWallMs,
    anchorMs: Date.parse(anchor.at),
    skewSamples,
    skewMs: Math.min(...skewSamples),
  }
}

/**
 * The server's time at `wallMs` of the browser's clock, in epoch ms: runs on at the anchor's speed between events,
 * stands still while paused, never runs before its anchor.
 */
export function serverNow(clock: ServerClock, wallMs: number): number {
  if (clock.anchor.paused) return clock.anchorMs
  const wallSince = Math.max(0, wallMs - clock.skewMs - clock.anchorWallMs)
  return clock.anchorMs + wallSince * clock.anchor.speed
}

/** The real time of the server, whatever its fleet's clock says: plans hold in it. */
export function serverWallNow(clock: ServerClock, wallMs: number): number {
  return wallMs - clock.skewMs
}

/** How often figures are drawn anew: once a second of their own time, at most four times a second. */
export function redrawMs(clock: ServerClock): number {
  return Math.max(250, 1_000 / clock.anchor.speed)
}
