import type { Band, SurvivalPoint } from '../types'
import { type LitFuse, resolvableAt } from './cluster-fuse'

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
/** Longer than any cache lives. */
const HORIZON_MS = 24 * 3_600_000

/**
 * Rolls clusters up. Bands are averaged quantile by quantile: what is unknown (how names are used, how CoreDNS dies) is
 * taken to be alike in all clusters of a fleet, so errors do not cancel out; the band is the wider for it.
 * `fresh` is the weight of the clusters whose fuse is not lit.
 */
export function productFuse(burning: readonly Weighted[], fresh: number, now: number): ProductFuse {
  const resolvable = average(burning, fresh, now)
  if (burning.length === 0) return { resolvable }
  const dry = burning.map(({ lit }) => lit.dry.p50)
  // The pessimist's tenth of the shares fails first, so p10 of the shares gives p10 of the times.
  const felt = (q: keyof Band) => firstBelow(at => average(burning, fresh, at)[q], burning)
  const feltAt = { p10: felt('p10'), p50: felt('p50'), p90: felt('p90') }
  return {
    resolvable,
    feltAt: Number.isFinite(feltAt.p50) ? feltAt : undefined,
    firstDryAt: Math.min(...dry),
    allDryAt: Math.max(...dry),
  }
}

/** Weighted mean of the bands of several clusters at an instant; whole when there are none. */
export function average(burning: readonly Weighted[], fresh: number, at: number): Band {
  const sum = { p10: fresh, p50: fresh, p90: fresh }
  let weight = fresh
  for (const item of burning) {
    const band = resolvableAt(item.lit, at)
    sum.p10 += item.weight * band.p10
    sum.p50 += item.weight * band.p50
    sum.p90 += item.weight * band.p90
    weight += item.weight
  }
  if (!(weight > 0)) return { p10: 1, p50: 1, p90: 1 }
  return { p10: sum.p10 / weight, p50: sum.p50 / weight, p90: sum.p90 / weight }
}

function firstBelow(share: (at: number) => number, burning: readonly Weighted[]): number {
  let low = Math.min(...burning.map(({ lit }) => lit.anchorAt))
  let high = low + HORIZON_MS
  if (share(high) > 1 - HEADROOM) return Number.POSITIVE_INFINITY
  while (high - low > 500) {
    const middle = (low + high) / 2
    if (share(middle) > 1 - HEADROOM) low = middle
    else high = middle
  }
  return Math.round(high)
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

/** The fleet's survival band over its lit fuses. */
export function fleetCurve(burning: readonly Weighted[], at: readonly number[]): SurvivalPoint[] {
  return at.map(instant => ({ at: instant, ...average(burning, 0, instant) }))
}
