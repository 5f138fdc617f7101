import { isBefore, type Version } from './coredns-version'
import { integrate, positive } from './integrate'
import { answered, type CachedRecord } from './survival'

/** From here on an upstream's SERVFAIL no longer shadows a good stale copy (CoreDNS release notes, cache). */
const SERVFAIL_KEEPS_COPY: Version = [1, 14, 4]
/** From here on stale copies are refreshed in the first second too, and `serve_stale_policy` exists. */
const STALE_REWORKED: Version = [1, 14, 7]

/** How a lost upstream answers: not at all, by refusing, with SERVFAIL, or with a wrong NXDOMAIN or empty answer. */
export type UpstreamFailure = 'silent' | 'refused' | 'servfail' | 'nxdomain'

/** What the answers of a sick upstream do to a stale copy. */
export type StaleFate = 'kept' | 'poisoned' | 'dropped'

/**
 * Source: plugin/cache/handler.go of CoreDNS 1.9.4, 1.10.0 and 1.14.7. `forward` stores nothing when nobody answers;
 * `verify` drops the copy when the answer is a valid denial; `immediate` stores what the refresh brought.
 */
export function staleFate(q: {
  mode: 'immediate' | 'verify'
  upstream: UpstreamFailure
  version: Version
  preferPositive?: boolean
}): StaleFate {
  if (q.upstream === 'silent' || q.upstream === 'refused') return 'kept'
  if (q.upstream === 'servfail') {
    return q.mode === 'immediate' && isBefore(q.version, SERVFAIL_KEEPS_COPY) ? 'poisoned' : 'kept'
  }
  if (q.preferPositive && !isBefore(q.version, STALE_REWORKED)) return 'kept'
  return q.mode === 'verify' ? 'dropped' : 'poisoned'
}

/**
 * The plain (τ, D) pair that behaves as the options do. An armed prefetch with window w = ⌈pτ⌉ makes the first lookup
 * after age τ−w refresh, which is (τ−w, D+w). Before 1.14.7 the second [τ, τ+1) was served without a refresh.
 */
export function equivalentRecord(q: {
  ttl: number
  stale?: number
  prefetchPercent?: number
  version?: Version
}): { ttl: number; stale: number } {
  const { ttl, stale = 0, prefetchPercent = 0, version = STALE_REWORKED } = q
  const window = prefetchPercent > 0 ? Math.min(Math.ceil((prefetchPercent / 100) * ttl), ttl) : 0
  if (window === 0 && stale > 0 && isBefore(version, STALE_REWORKED))
    return { ttl: ttl + 1, stale: stale - 1 }
  return { ttl: ttl - window, stale: stale + window }
}

/**
 * J of a poisoned record (hold = ∞): answered while fresh, and once more in the window when nobody has asked since it
 * opened: [λ(τ−t)⁺ + e^(−λ(t−b)) − e^(−λ(t−a)) + e^(−λt)(1 − e^(−λ(D−t)⁺))]/(1+λτ), a = (t−D)⁺, b = min(t, τ).
 * `from`: the upstream is silent or refuses, which stores nothing, before it answers errors that many seconds after T0;
 * till then copies are kept, and a window that opened earlier counts as opened then.
 */
export function answeredPoisoned(
  t: number,
  { rate, ttl, stale, from = 0 }: CachedRecord & { stale: number; from?: number },
): number {
  if (t <= from) return answered(t, { rate, ttl, stale })
  const opensFrom = positive(t - stale)
  const opensTo = Math.min(t, ttl)
  const late = Math.max(opensFrom, from)
  const once = opensTo > late ? Math.exp(-rate * (t - opensTo)) - Math.exp(-rate * (t - late)) : 0
  const early = rate * positive(Math.min(opensTo, from) - opensFrom)
  const openAtStart = -Math.expm1(-rate * positive(stale - t))
  const unasked = Math.exp(-rate * (t - from))
  return (rate * positive(ttl - t) + once + unasked * (early + openAtStart)) / (1 + rate * ttl)
}

/**
 * S when the first lookup inside the stale window is answered but stores an error, and lookups within `hold` seconds
 * of it fail. With x seconds since the window opened, w of them inside it:
 * g = e^(−λx) Σₙ (λ(min(x,w) − (n−1)·hold)⁺)ⁿ/n! and S = [λ ∫₀^τ g(t−l) dl + E g(t; D−y)] / (1+λτ), y ~ Exp(λ).
 * With serve_stale the error is itself served stale: hold = ∞. With prefetch alone it lasts `servfail`, 5 s.
 */
export function survivalPoisoned(t: number, record: CachedRecord & { stale: number; hold?: number }): number {
  const { rate, ttl, stale, hold = Number.POSITIVE_INFINITY } = record
  if (t <= 0 || rate <= 0) return 1
  const surviving = (x: number, window: number): number => {
    const open = Math.min(x, positive(window))
    let sum = 1 + rate * open
    let logFactorial = 0
    for (let n = 2; open > (n - 1) * hold; n++) {
      logFactorial += Math.log(n)
      sum += Math.exp(n * Math.log(rate * (open - (n - 1) * hold)) - logFactorial)
    }
    return Math.exp(-rate * x) * sum
  }
  const kinks =
    hold < stale ? Array.from({ length: Math.min(40, Math.ceil(stale / hold)) }, (_, i) => i * hold) : []
  const scales = [0.5, 1.5, 3, 6, 10, 16, 24].map(k => k / rate)
  const fresh =
    positive(ttl - t) +
    integrate(
      l => surviving(t - l, stale),
      0,
      Math.min(t, ttl),
      [...kinks, ...scales, stale].map(k => t - k),
    )
  const far = Math.min(stale, 36 / rate)
  const opened =
    integrate(y => rate * Math.exp(-rate * y) * surviving(t, stale - y), 0, far, [
      stale - t,
      ...kinks.map(k => stale - k),
      ...scales,
    ]) +
    Math.exp(-rate * far) * surviving(t, stale - far)
  return (rate * fresh + opened) / (1 + rate * ttl)
}
