import { poissonTerm } from './integrate'

/** Upstream queries of an empty cache against a warm one: retries·(1+λτ). */
export function amplification({
  rate,
  ttl,
  retries = 1,
}: {
  rate: number
  ttl: number
  retries?: number
}): number {
  return retries * (1 + rate * ttl)
}

/**
 * Upstream queries a second of one name, t seconds after empty caches return, all cold together: Σₙ λ(λ(t−nτ))ⁿ/n! ·
 * e^(−λ(t−nτ)). Peaks at 0 and, damped, near τ, 2τ… Without clients that retry.
 */
export function surge(t: number, { rate, ttl }: { rate: number; ttl: number }): number {
  let sum = 0
  let logFactorial = 0
  for (let n = 0; n * ttl <= t; n++) {
    if (n > 1) logFactorial += Math.log(n)
    const x = rate * (t - n * ttl)
    sum += rate * poissonTerm(x, n, x, logFactorial)
  }
  return sum
}
