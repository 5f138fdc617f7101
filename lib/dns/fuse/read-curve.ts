import { quantile } from '../model/bands'
import type { Band } from '../types'
import { interpolate, locate } from './curve-grid'
import { PARTICLE_COUNT } from './particles'

/** How likely each particle is after what was seen; undefined while nothing was. */
export type Weights = Float64Array | undefined

/** Shares over time at three quantiles of the particles; what is read each second. */
export interface BandRows {
  /** Seconds since the anchor, rising from 0. */
  times: Float64Array
  p10: Float64Array
  p50: Float64Array
  p90: Float64Array
}

/**
 * A cluster's names from the anchor on, once per particle: the share of lookups still answered (J; names weigh as
 * often as they are asked for), when 5 % of the names in use have failed (S), when half of the lookups fail, and when
 * the names are dry.
 */
export interface FuseCurve extends BandRows {
  /** `PARTICLE_COUNT` rows of `times.length` shares. */
  shares: Float64Array
  /** Particles in rising order of their share, for each time: makes weighted quantiles a single pass. */
  order: Uint8Array
  /** Seconds since the anchor, per particle. */
  firstFailure: Float64Array
  half: Float64Array
  dry: Float64Array
}

/** Weighted quantiles of the shares at each time of the curve. */
export function quantileRows(
  curve: Pick<FuseCurve, 'times' | 'shares' | 'order'>,
  weights?: Weights,
): BandRows {
  const { times, shares, order } = curve
  const n = times.length
  const rows = { times, p10: new Float64Array(n), p50: new Float64Array(n), p90: new Float64Array(n) }
  const targets = [
    [0.1, rows.p10],
    [0.5, rows.p50],
    [0.9, rows.p90],
  ] as const
  for (let i = 0; i < n; i++) {
    let reached = 0
    let next = 0
    for (let k = 0; k < PARTICLE_COUNT && next < targets.length; k++) {
      const p = order[i * PARTICLE_COUNT + k] as number
      reached += weights ? (weights[p] as number) : 1 / PARTICLE_COUNT
      for (let target = targets[next]; target && reached >= target[0] - 1e-9; target = targets[next]) {
        target[1][i] = shares[p * n + i] as number
        next++
      }
    }
  }
  return rows
}

/** Quantiles of a figure that each particle has. */
export function weightedBand(figures: Float64Array, weights: Weights): Band {
  const items = Array.from(figures, (value, p) => ({ value, weight: weights?.[p] ?? 1 }))
  return { p10: quantile(items, 0.1), p50: quantile(items, 0.5), p90: quantile(items, 0.9) }
}

/** Shares answered `t` seconds after the anchor; whole before it. */
export function shareAt({ times, p10, p50, p90 }: BandRows, t: number): Band {
  if (t < 0) return { p10: 1, p50: 1, p90: 1 }
  const k = locate(times, t)
  return {
    p10: interpolate(times, p10, k, t),
    p50: interpolate(times, p50, k, t),
    p90: interpolate(times, p90, k, t),
  }
}

/** One particle's share `t` seconds after the anchor; whole before it. */
export function particleShare(
  { times, shares }: Pick<FuseCurve, 'times' | 'shares'>,
  particle: number,
  t: number,
): number {
  if (t < 0) return 1
  const k = locate(times, t)
  return interpolate(times, shares.subarray(particle * times.length), k, t)
}

/** Adds weight·share at each of the rising `instants` (seconds after the anchor), walking along the rows once. */
export function addShares(rows: BandRows, instants: Float64Array, weight: number, sums: BandRows): void {
  const { times } = rows
  const last = times.length - 2
  let k = 0
  for (let i = 0; i < instants.length; i++) {
    const t = instants[i] as number
    if (t < 0) {
      sums.p10[i] = (sums.p10[i] as number) + weight
      sums.p50[i] = (sums.p50[i] as number) + weight
      sums.p90[i] = (sums.p90[i] as number) + weight
      continue
    }
    while (k < last && (times[k + 1] as number) <= t) k++
    sums.p10[i] = (sums.p10[i] as number) + weight * interpolate(times, rows.p10, k, t)
    sums.p50[i] = (sums.p50[i] as number) + weight * interpolate(times, rows.p50, k, t)
    sums.p90[i] = (sums.p90[i] as number) + weight * interpolate(times, rows.p90, k, t)
  }
}
