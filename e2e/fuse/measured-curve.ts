import type { Lookups } from './lookup-clients'

/** What one configuration did, over all its nodes. Seconds count from T0. */
export interface MeasuredCurve {
  /** Share of the lookups answered that were sent within each second. */
  answered: number[]
  /** Share of (node, name) pairs in use of which no lookup has failed by the end of each second. */
  surviving: number[]
  /** The same of three names of one node together, as a program with three dependencies sees it. */
  survivingThree: number[]
  /** Lookups since T0. */
  lookups: number
  /** Shares answered before: while all was well, and while the API server alone was lost. */
  answeredWell: number
  answeredWhileApiLost: number
}

/** When things happened, ms of `performance.now()`. */
export interface Timeline {
  apiLostAt: number
  t0At: number
  endedAt: number
}

/** A name of a node counts as in use when it was asked for before T0. */
export function measure(nodes: readonly Lookups[], names: number, timeline: Timeline): MeasuredCurve {
  const { apiLostAt, t0At, endedAt } = timeline
  const seconds = Math.floor((endedAt - t0At) / 1000)
  const sent = new Array<number>(seconds).fill(0)
  const good = new Array<number>(seconds).fill(0)
  const before = { well: [0, 0], apiLost: [0, 0] } as { well: [number, number]; apiLost: [number, number] }
  const firstFailures: number[][] = []
  for (const lookups of nodes) {
    const failedAt = new Array<number | undefined>(names)
    const used = new Array<boolean>(names).fill(false)
    for (let i = 0; i < lookups.sentAt.length; i++) {
      const at = lookups.sentAt[i] ?? 0
      const name = lookups.name[i] ?? 0
      const fine = lookups.answered[i] ?? 0
      if (at < t0At) {
        used[name] = true
        const tally = at < apiLostAt ? before.well : before.apiLost
        tally[0] += 1
        tally[1] += fine
        continue
      }
      const second = Math.floor((at - t0At) / 1000)
      if (second >= seconds) continue
      sent[second] = (sent[second] ?? 0) + 1
      good[second] = (good[second] ?? 0) + fine
      if (fine === 0) failedAt[name] ??= second
    }
    firstFailures.push(
      used.flatMap((inUse, name) => (inUse ? [failedAt[name] ?? Number.POSITIVE_INFINITY] : [])),
    )
  }
  const all = firstFailures.flat()
  const threes = firstFailures.flatMap(threesOf)
  const after = (failures: number[], second: number) =>
    failures.filter(failed => failed > second).length / failures.length
  const each = Array.from({ length: seconds }, (_, second) => second)
  return {
    answered: each.map(second => (good[second] ?? 0) / Math.max(1, sent[second] ?? 0)),
    surviving: each.map(second => after(all, second)),
    survivingThree: each.map(second => after(threes, second)),
    lookups: sent.reduce((a, b) => a + b, 0),
    answeredWell: before.well[1] / before.well[0],
    answeredWhileApiLost: before.apiLost[1] / before.apiLost[0],
  }
}

/** First failure among a name and its two neighbours by popularity: neighbours are asked for about equally often. */
function threesOf(failures: number[]): number[] {
  return failures.slice(2).map((last, i) => Math.min(failures[i] ?? 0, failures[i + 1] ?? 0, last))
}

/** Second at which a falling curve of whole seconds reaches `level`, between their middles; null when it does not. */
export function reaches(curve: readonly number[], level: number): number | null {
  let before = 1
  for (const [second, share] of curve.entries()) {
    if (share <= level) {
      const part = before > share ? (before - level) / (before - share) : 1
      return Math.max(0, second - 0.5 + part)
    }
    before = share
  }
  return null
}

export function meanAbsoluteError(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length
}
