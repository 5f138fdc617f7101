import type { CallerSample } from './ports'
import type { CallerFigures } from './types'

/** `unknown`: nothing was seen since; `undecided`: bad tries among good ones, neither calm nor grown. */
export type CallerVerdict = 'calm' | 'grown' | 'undecided' | 'unknown'

/** A wait is worse from twice the 99th percentile of before, and by at least so much: a calm canary takes 3 to 40 ms. */
const MARGIN_MS = 500
/** So many bad tries in a row are growth, so many good ones are calm: one slow answer is neither. */
const GROWN_TRIES = 3
const CALM_TRIES = 2
/** Where half of the callers were turned away before, it cannot be seen to get worse. */
const SICK_SHARE = 0.5
/** A try that was turned away counts as a wait of at least so long, as in the health of clusters. */
const TURNED_AWAY_MS = 10_000

/** Tries in numbers; undefined where there were none. */
export function callerFigures(samples: readonly CallerSample[]): CallerFigures | undefined {
  if (samples.length === 0) return undefined
  const waits = samples.map(({ waitMs, served }) => (served ? waitMs : Math.max(waitMs, TURNED_AWAY_MS)))
  waits.sort((a, b) => a - b)
  const p99Ms = waits[Math.min(waits.length - 1, Math.floor(0.99 * waits.length))] ?? 0
  const turnedAway = samples.filter(sample => !sample.served).length
  return { p99Ms, turnedAway, tries: samples.length }
}

/** Whether ordinary callers can be seen to fare worse than this. */
export function canGrow(before: CallerFigures | undefined): before is CallerFigures {
  return before !== undefined && before.tries > 0 && before.turnedAway / before.tries < SICK_SHARE
}

/**
 * How ordinary callers fare since a write landed, against before it. With hysteresis: it takes three bad tries in a
 * row to have grown and two good ones to be calm.
 * @param since tries that ended after the landing, oldest first
 */
export function judgeCallers(before: CallerFigures, since: readonly CallerSample[]): CallerVerdict {
  const limitMs = Math.max(2 * before.p99Ms, before.p99Ms + MARGIN_MS)
  const bad = since.map(({ waitMs, served }) => !served || waitMs > limitMs)
  if (bad.length === 0) return 'unknown'
  if (bad.length >= GROWN_TRIES && bad.slice(-GROWN_TRIES).every(Boolean)) return 'grown'
  return bad.slice(-CALM_TRIES).some(Boolean) ? 'undecided' : 'calm'
}

/** `p99 3.2 s (0.04 s before), 4 of 5 tries turned away (0 of 20 before)` */
export function growthWords(before: CallerFigures, after: CallerFigures): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`
  const p99 = `p99 ${seconds(after.p99Ms)} (${seconds(before.p99Ms)} before)`
  if (after.turnedAway === 0) return p99
  return `${p99}, ${after.turnedAway} of ${after.tries} tries turned away (${before.turnedAway} of ${before.tries} before)`
}
