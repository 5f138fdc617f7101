import { poissonTerm, positive } from './integrate'
import { equivalentRecord } from './stale-fate'
import { type CachedRecord, survivalNumerator } from './survival'

/** `prefetch AMOUNT DURATION PERCENT%`, with CoreDNS' defaults. */
export interface PrefetchOptions {
  percent?: number
  amount?: number
  /** Seconds without a lookup after which the count starts again. */
  duration?: number
}

/**
 * Share of refresh cycles that begin with prefetch armed (AMOUNT hits seen). Two-state chain: a silence longer than
 * DURATION or a miss disarms; a cycle with enough hits and one in the window arms. Approximate for AMOUNT ≥ 2: within
 * 0.012 of event simulation for λ·DURATION ≥ 1.8 and AMOUNT ≤ 10.
 */
function armedShare({
  rate,
  ttl,
  percent = 10,
  amount = 1,
  duration = 60,
}: CachedRecord & PrefetchOptions): number {
  const window = equivalentRecord({ ttl, prefetchPercent: percent }).stale
  const keep = -Math.expm1(-rate * window)
  let fewer = 0
  let fewerAndSilent = 0
  let logFactorial = 0
  for (let n = 0; n < amount; n++) {
    if (n > 1) logFactorial += Math.log(n)
    fewer += poissonTerm(rate * ttl, n, rate * ttl, logFactorial)
    fewerAndSilent += poissonTerm(rate * (ttl - window), n, rate * ttl, logFactorial)
  }
  const arms = positive(1 - fewer - Math.exp(-rate * window) + fewerAndSilent)
  const resets = amount > 1 ? Math.exp(-rate * duration) * rate * ttl : 0
  return arms / (1 - keep * Math.exp(-resets) + arms)
}

/**
 * S with prefetch of any AMOUNT. AMOUNT 1 is always armed and exactly (τ−w, D+w); otherwise a cycle that starts
 * unarmed with j < AMOUNT−1 lookups before the window gets a window shorter by (AMOUNT−j−1)/λ.
 */
export function survivalPrefetch(t: number, record: CachedRecord & PrefetchOptions): number {
  const { rate, ttl, stale = 0, percent = 10, amount = 1 } = record
  if (t <= 0 || rate <= 0) return 1
  const window = equivalentRecord({ ttl, prefetchPercent: percent }).stale
  let top = 0
  let bottom = 0
  let left = 1
  const add = (share: number, width: number) => {
    left -= share
    top += share * survivalNumerator(t, rate, ttl - width, stale + width)
    bottom += share * (1 + rate * (ttl - width))
  }
  let share = (1 - armedShare(record)) * Math.exp(-rate * (ttl - window))
  for (let j = 0; j < amount - 1; j++) {
    if (j > 0) share *= (rate * (ttl - window)) / j
    add(share, positive(window - (amount - j - 1) / rate))
  }
  add(left, window)
  return top / bottom
}
