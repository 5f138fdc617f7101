import { bisect } from './integrate'
import { survivalFromAnswered } from './survival'

/** Many records asked for equally often. */
export interface RateClass {
  rate: number
  count: number
}

export interface LossyRecord {
  rate: number
  ttl: number
  /** Evictions of the record per second before T0, for want of room. */
  evict?: number
  /** Losses of the record per second after T0: restarts of the cache, evictions that go on. */
  lossAfter?: number
}

/** J with losses: λ e^(−ρt) (1−e^(−ε(τ−t))) / (ε(1+λm)), m = (1−e^(−ετ))/ε the mean life of a stored record. */
export function answeredLossy(t: number, { rate, ttl, evict = 0, lossAfter = evict }: LossyRecord): number {
  if (t >= ttl) return 0
  const life = (span: number) => (evict > 0 ? -Math.expm1(-evict * span) / evict : span)
  return (rate * life(ttl - t) * Math.exp(-lossAfter * t)) / (1 + rate * life(ttl))
}

/** S with losses, by the master rule; e^(−ρt)·S would count a loss as failed before anybody asks. */
export function survivalLossy(t: number, record: LossyRecord): number {
  return survivalFromAnswered(t, record.rate, l => answeredLossy(l, record), [record.ttl])
}

/**
 * Evictions per second of one entry of CoreDNS' cache, which evicts at random when full and keeps expired entries
 * until then: solve Σ count·λ/(λ+ε) = capacity. Mean field; 256 shards instead of one pool change it by 2 %.
 */
export function evictionRate(classes: readonly RateClass[], capacity: number): number {
  const present = (e: number) => classes.reduce((sum, c) => sum + (c.count * c.rate) / (c.rate + e), 0)
  if (present(0) <= capacity) return 0
  return Math.exp(bisect(x => capacity - present(Math.exp(x)), -30, 15))
}

/** Idle seconds after which a least-recently-used cache drops an entry: Σ count·(1−e^(−λT)) = capacity (Che, 2002). */
export function lruTime(classes: readonly RateClass[], capacity: number): number {
  const present = (t: number) => classes.reduce((sum, c) => sum - c.count * Math.expm1(-c.rate * t), 0)
  return Math.exp(bisect(x => present(Math.exp(x)) - capacity, -15, 30))
}

/** Mean useful life of an entry under that T: T and then, with hazard λe^(−λT), until the first silence of T. */
export function lruLife(rate: number, ttl: number, idle: number): number {
  if (idle >= ttl) return ttl
  const ends = rate * Math.exp(-rate * idle)
  const after = ends * ttl < 1e-9 ? ttl - idle : -Math.expm1(-ends * (ttl - idle)) / ends
  return idle - Math.expm1(-rate * idle) * after
}
