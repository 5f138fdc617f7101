import type { RollOut } from './merge-roll-outs'
import type { FleetView } from './standing'
import { clamp01, median, spread, wilsonLower } from './statistics'
import type { Evidence } from './types'
import { countWords, durationWords, plural } from './words'

/** How distress follows a change on the clusters that have both. */
export interface TimeLink {
  /** 0–1. */
  score: number
  /** From change to distress on each sick carrier, those within the tolerance of 0 or later. */
  medianDelayMs?: number
  evidence?: Evidence
}

/** Distress and change are each seen at the next look only. */
const TOLERANCE_MS = 60_000
/** A delay of this length halves the score. */
const HALF_MS = 20 * 60_000
/** Later distress has had other reasons to come. */
const LONGEST_MS = 6 * 3_600_000
/** Below these, the order of changes and onsets tells nothing. */
const MIN_ORDERED = 5
const MIN_CHANGE_SPREAD_MS = 120_000

/** Time: sick clusters fell ill soon after the change reached them, each in its turn. */
export function assessTime(rollOut: RollOut, fleet: FleetView): TimeLink {
  const pairs = fleet.sick.flatMap(({ clusterId, distressSince: onset }) => {
    const times = rollOut.times.get(clusterId)
    if (onset === undefined || !times) return []
    const change = times.findLast(at => at <= onset + TOLERANCE_MS) ?? (times[0] as number)
    return [{ change, onset, delay: onset - change }]
  })
  const after = pairs.filter(({ delay }) => delay >= -TOLERANCE_MS && delay <= LONGEST_MS)
  const medianDelay = median(after.map(({ delay }) => Math.max(0, delay)))
  if (pairs.length === 0) return { score: 0 }
  const figure = `${countWords(after.length)}/${countWords(pairs.length)}`
  if (medianDelay === undefined) {
    const text = `Distress began before the change, or long after it, in all ${plural(pairs.length, 'sick cluster')} with both.`
    return { score: 0, evidence: { kind: 'time', text, figure, score: 0 } }
  }
  const closeness = 1 / (1 + (medianDelay / HALF_MS) ** 2)
  const score = clamp01(wilsonLower(after.length, pairs.length) * closeness * inTurn(after))
  const text = `Distress follows the change by ${durationWords(medianDelay)} (median) in ${countWords(after.length)} of ${plural(pairs.length, 'sick cluster')}.`
  return { score, medianDelayMs: medianDelay, evidence: { kind: 'time', text, figure, score } }
}

/**
 * 1 when onsets follow the changes in their order, down to 0.5 when all fell ill at once however long each had
 * carried the change: then something common struck. 1 as well when the changes came too close together to tell.
 */
function inTurn(pairs: readonly { change: number; onset: number; delay: number }[]): number {
  const changes = spread(pairs.map(({ change }) => change))
  if (pairs.length < MIN_ORDERED || changes < MIN_CHANGE_SPREAD_MS) return 1
  const onsets = spread(pairs.map(({ onset }) => onset))
  const delays = spread(pairs.map(({ delay }) => delay))
  const order = clamp01(1 - delays / (changes + onsets))
  return 0.5 + 0.5 * Math.min(1, order / 0.5)
}
