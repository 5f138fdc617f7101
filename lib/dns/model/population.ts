import { bisect } from './integrate'
import type { RateClass } from './losses'
import { hitRatio } from './survival'

/** The first names stand alone, later ones are grouped by a fifth: at most about 60 classes for any K. */
const SINGLES = 16

/** Zipf(s) popularity of K names that share q lookups a second, as classes. */
export function zipf(q: number, names: number, skew: number): RateClass[] {
  const classes: RateClass[] = []
  for (let i = 1; i <= names; ) {
    const count = i < SINGLES ? 1 : Math.min(Math.ceil(i * 0.2), names - i + 1)
    classes.push({ rate: (i + (count - 1) / 2) ** -skew, count })
    i += count
  }
  const total = classes.reduce((sum, c) => sum + c.rate * c.count, 0)
  return classes.map(c => ({ rate: (c.rate * q) / total, count: c.count }))
}

/** Hit ratio of a mix, weighted by queries. */
function mixHitRatio(classes: readonly RateClass[], ttl: number): number {
  const queries = classes.reduce((sum, c) => sum + c.count * c.rate, 0)
  return classes.reduce((sum, c) => sum + c.count * c.rate * hitRatio(c.rate, ttl), 0) / queries
}

/** The skew that explains a hit ratio, given queries a second and the number of names; it rises with the hits. */
export function solveSkew(q: number, names: number, ttl: number, hits: number): number {
  return bisect(skew => mixHitRatio(zipf(q, names, skew), ttl) - hits, 0, 4)
}

/**
 * Share of the working set that has failed by t: names used within `memory` seconds before T0, each weighed by its
 * chance 1−e^(−λ·memory) to be one, with `failed` the chance 1−S of one record.
 */
export function failedWorkingSet(
  classes: readonly RateClass[],
  failed: (rate: number) => number,
  memory = 600,
): number {
  let used = 0
  let lost = 0
  for (const { rate, count } of classes) {
    const weight = -count * Math.expm1(-rate * memory)
    used += weight
    lost += weight * failed(rate)
  }
  return used > 0 ? lost / used : 0
}
