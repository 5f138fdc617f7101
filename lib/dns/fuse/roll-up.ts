import type { Band, SurvivalPoint } from '../types'
import type { LitFuse } from './cluster-fuse'
import { addShares } from './read-curve'

/** A lit fuse with the weight of its cluster among others, e.g. its nodes. */
export interface Weighted {
  lit: LitFuse
  weight: number
}

/** What a product, or all of it, has ahead. Times are epoch ms. */
export interface ProductFuse {
  /** Share of the product's lookups still answered now; clusters whose fuse is not lit count as whole. */
  resolvable: Band
  /** When more lookups fail than the product can bear; undefined when that does not come. */
  feltAt?: Band
  /** When its first cluster goes dry, and its last. */
  firstDryAt?: number
  allDryAt?: number
}

/** A product bears this share of failing lookups before its users feel it. */
const HEADROOM = 0.05
/** Instants at which a product's curve is computed to find where it crosses its headroom. */
const FELT_STEPS = 96

/**
 * Rolls clusters up. Bands are averaged quantile by quantile: what is unknown (how names are used, how CoreDNS dies) is
 * taken to be alike in all clusters of a fleet, so errors do not cancel out; the band is the wider for it.
 * `fresh` is the weight of the clusters whose fuse is not lit.
 */
export function productFuse(burning: readonly Weighted[], fresh: number, now: number): ProductFuse {
  const resolvable = averageShares(burning, fresh, [now])[0] ?? { ...WHOLE }
  if (burning.length === 0) return { resolvable: bandOf(resolvable) }
  const dry = burning.map(({ lit }) => lit.dry.p50)
  const from = Math.min(...burning.map(({ lit }) => lit.anchorAt))
  const to = Math.max(...burning.map(({ lit }) => lit.anchorAt + 1000 * (lit.rows.times.at(-1) ?? 0)))
  // Closer together at the start, where the first five per cent are lost.
  const at = Array.from({ length: FELT_STEPS + 1 }, (_, i) => from + (to - from) * (i / FELT_STEPS) ** 2)
  const points = averageShares(burning, fresh, at)
  // The pessimist's tenth of the shares falls first, so p10 of the shares gives p10 of the times.
  const feltAt = {
    p10: firstBelow(points, 'p10'),
    p50: firstBelow(points, 'p50'),
    p90: firstBelow(points, 'p90'),
  }
  return {
    resolvable: bandOf(resolvable),
    feltAt: Number.isFinite(feltAt.p50) ? feltAt : undefined,
    firstDryAt: Math.round(Math.min(...dry)),
    allDryAt: Math.round(Math.max(...dry)),
  }
}

const WHOLE: Band = { p10: 1, p50: 1, p90: 1 }

function bandOf({ p10, p50, p90 }: Band): Band {
  return { p10, p50, p90 }
}

/** Weighted mean of the bands of several clusters at rising instants (epoch ms); whole when there are none. */
function averageShares(burning: readonly Weighted[], fresh: number, at: readonly number[]): SurvivalPoint[] {
  const n = at.length
  const sums = {
    times: Float64Array.from(at),
    p10: new Float64Array(n).fill(fresh),
    p50: new Float64Array(n).fill(fresh),
    p90: new Float64Array(n).fill(fresh),
  }
  const seconds = new Float64Array(n)
  let weight = fresh
  for (const item of burning) {
    for (let i = 0; i < n; i++) seconds[i] = ((at[i] as number) - item.lit.anchorAt) / 1000
    addShares(item.lit.rows, seconds, item.weight, sums)
    weight += item.weight
  }
  return at.map((instant, i) =>
    weight > 0
      ? {
          at: instant,
          p10: (sums.p10[i] as number) / weight,
          p50: (sums.p50[i] as number) / weight,
          p90: (sums.p90[i] as number) / weight,
        }
      : { at: instant, ...WHOLE },
  )
}

function firstBelow(points: readonly SurvivalPoint[], q: keyof Band): number {
  const level = 1 - HEADROOM
  const i = points.findIndex(point => point[q] < level)
  const here = points[i]
  const before = points[i - 1]
  if (!here) return Number.POSITIVE_INFINITY
  if (!before) return here.at
  return Math.round(before.at + ((here.at - before.at) * (before[q] - level)) / (before[q] - here[q]))
}

/** The next cluster to go dry, and how many follow it how soon. */
export interface NextCliff {
  clusterId: string
  dryAt: number
  /** How many more go dry by `moreBy`. */
  more: number
  moreBy?: number
}

/** Clusters that go dry within this time of the next one belong to the same cliff. */
const CLIFF_MS = 10 * 60_000

export function nextCliff(burning: readonly LitFuse[], now: number): NextCliff | null {
  const ahead = burning.filter(lit => lit.dry.p50 > now).sort((a, b) => a.dry.p50 - b.dry.p50)
  const [next, ...rest] = ahead
  if (!next) return null
  const followers = rest.filter(lit => lit.dry.p50 <= next.dry.p50 + CLIFF_MS)
  const last = followers.at(-1)
  return {
    clusterId: next.clusterId,
    dryAt: Math.round(next.dry.p50),
    more: followers.length,
    moreBy: last && Math.round(last.dry.p50),
  }
}

/** Instants from `beforeMinutes` before now to `afterMinutes` after, every `stepSeconds`. */
export function instantsAround(
  now: number,
  beforeMinutes = 30,
  afterMinutes = 30,
  stepSeconds = 60,
): number[] {
  const step = stepSeconds * 1000
  const from = now - beforeMinutes * 60_000
  return Array.from(
    { length: Math.floor(((beforeMinutes + afterMinutes) * 60_000) / step) + 1 },
    (_, i) => from + i * step,
  )
}

/** The fleet's survival band over its lit fuses, at rising instants (epoch ms). */
export function fleetCurve(burning: readonly Weighted[], at: readonly number[]): SurvivalPoint[] {
  return averageShares(burning, 0, at)
}
