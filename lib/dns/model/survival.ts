import { integrate, positive } from './integrate'

/**
 * Terms of this folder. Times in seconds counted from T0, the instant at which a cache's upstream is lost.
 * `rate` λ: lookups a second of one record at one cache, a Poisson stream. `ttl` τ: effective TTL. `stale` D: how
 * long an expired copy may still be served. J(t): share of lookups answered at t. S(t): chance that no lookup of the
 * record has failed by t.
 */
export interface CachedRecord {
  rate: number
  ttl: number
  stale?: number
}

/** What CoreDNS stores: the smallest TTL of the message within [MINTTL, maximum] (plugin/cache, computeTTL). */
export function clampTtl(ttl: number, minimum = 5, maximum = 3600): number {
  return Math.min(Math.max(ttl, minimum), maximum)
}

/** Share of lookups that hit: λτ / (1 + λτ), the renewal cycle of Jung, Berger & Balakrishnan (INFOCOM 2003). */
export function hitRatio(rate: number, ttl: number): number {
  return (rate * ttl) / (1 + rate * ttl)
}

/**
 * Numerator of S for a record stored with lifetime v: S = E[numerator(V)] / (1 + λ E V) for a random V.
 * Derivation: before T0 refreshes form a renewal process with cycle v + Exp(λ), so what is left L of the copy is
 * U(D, v+D) with mass λv/(1+λv), else (D − y)⁺ with y ~ Exp(λ); then integrate e^(−λ(t−L)⁺), the chance that
 * nobody has asked since the copy ended.
 */
export function survivalNumerator(t: number, rate: number, lifetime: number, stale = 0): number {
  const end = lifetime + stale
  const edge = (Math.exp(-rate * (t + stale)) - Math.exp(-rate * Math.abs(t - stale))) / 2
  if (t <= end) return 1 + rate * Math.min(lifetime, end - t) + edge
  return Math.exp(-rate * (t - end)) + edge
}

/** S of a plain or stale-serving cache whose stale copies are kept. Exact for Poisson lookups. */
export function survival(t: number, { rate, ttl, stale = 0 }: CachedRecord): number {
  return t <= 0 ? 1 : survivalNumerator(t, rate, ttl, stale) / (1 + rate * ttl)
}

/** J of the same cache: λ(τ+D−t)/(1+λτ) once stale copies run out, 1 − e^(−λ(D−t))/(1+λτ) before. */
export function answered(t: number, { rate, ttl, stale = 0 }: CachedRecord): number {
  const m = 1 + rate * ttl
  return t < stale ? 1 - Math.exp(-rate * (stale - t)) / m : (rate * positive(ttl + stale - t)) / m
}

/** Expected number of failed lookups of one record by t: λ ∫ (1 − J). */
export function failedLookups(t: number, record: CachedRecord): number {
  const stale = record.stale ?? 0
  return record.rate * integrate(u => 1 - answered(u, record), 0, t, [stale, record.ttl + stale])
}

/**
 * S from any J under which what failed stays failed: S(t) = e^(−λt) + λ ∫₀ᵗ J(l) e^(−λ(t−l)) dl, that is
 * S′ = λ(J − S). Derivation: condition on the last lookup in (0, t]; the record survives if that one was answered.
 * `kinks` are the points where J bends.
 */
export function survivalFromAnswered(
  t: number,
  rate: number,
  share: (t: number) => number,
  kinks: readonly number[] = [],
): number {
  if (t <= 0 || rate <= 0) return 1
  const layers = [1, 3, 8, 18].map(k => t - k / rate)
  const memory = integrate(l => share(l) * Math.exp(-rate * (t - l)), positive(t - 36 / rate), t, [
    ...kinks,
    ...layers,
  ])
  return Math.exp(-rate * t) + rate * memory
}

/** S of a record whose expiry `expiry` is known from a TTL that was read: e^(−λ(t−e)⁺). */
export function survivalGivenExpiry(t: number, rate: number, expiry: number): number {
  return Math.exp(-rate * positive(t - expiry))
}
