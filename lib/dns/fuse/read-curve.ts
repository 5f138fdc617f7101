import { quantile } from '../model/bands'
import type { Band } from '../types'
import type { FuseCurve } from './build-curve'
import { interpolate, locate } from './curve-grid'
import { PARTICLE_COUNT } from './particles'

/** How likely each particle is after what was seen; undefined while nothing was. */
export type Weights = Float64Array | undefined

const WHOLE: Band = { p10: 1, p50: 1, p90: 1 }

/** Share of lookups answered `t` seconds after the anchor. */
export function shareAt(curve: FuseCurve, t: number, weights?: Weights): Band {
  if (t < 0) return { ...WHOLE }
  const { times, p10, p50, p90 } = curve
  const k = locate(times, t)
  if (weights) return weightedBand(weights, p => shareOf(curve, p, k, t))
  return {
    p10: interpolate(times, p10, k, t),
    p50: interpolate(times, p50, k, t),
    p90: interpolate(times, p90, k, t),
  }
}

function shareOf({ times, shares }: FuseCurve, particle: number, k: number, t: number): number {
  return interpolate(times, shares, k, t, particle * times.length)
}

/** What each particle expects `t` seconds after the anchor. */
export function sharesAt(curve: FuseCurve, t: number): Float64Array {
  const k = locate(curve.times, t)
  return Float64Array.from({ length: PARTICLE_COUNT }, (_, p) => (t < 0 ? 1 : shareOf(curve, p, k, t)))
}

/** Quantiles of a value that each particle has. */
export function weightedBand(weights: Weights, figureOf: (particle: number) => number): Band {
  const items = Array.from({ length: PARTICLE_COUNT }, (_, p) => ({
    value: figureOf(p),
    weight: weights?.[p] ?? 1 / PARTICLE_COUNT,
  }))
  items.sort((a, b) => a.value - b.value)
  return { p10: quantile(items, 0.1), p50: quantile(items, 0.5), p90: quantile(items, 0.9) }
}
