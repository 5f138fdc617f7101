/** `n` points that fill the d-dimensional unit cube evenly: the additive recurrence of Roberts (2018). */
export function evenPoints(n: number, dimensions: number): number[][] {
  let g = 2
  for (let i = 0; i < 40; i++) g = (1 + g) ** (1 / (dimensions + 1))
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: dimensions }, (_, j) => (0.5 + (i + 1) * g ** -(j + 1)) % 1),
  )
}

export interface Weighted {
  value: number
  weight: number
}

/** Weighted quantile: the smallest value at which the share q of the weight is reached. NaN for no items. */
export function quantile(items: readonly Weighted[], q: number): number {
  const sorted = [...items].sort((a, b) => a.value - b.value)
  const wanted = q * sorted.reduce((sum, x) => sum + x.weight, 0) - 1e-12
  let reached = 0
  for (const item of sorted) {
    reached += item.weight
    if (reached >= wanted) return item.value
  }
  return sorted.at(-1)?.value ?? Number.NaN
}

/** Standard deviations between the median and the 10th or 90th percentile of a normal distribution. */
const Z_80 = 1.2815515655446004

/**
 * Where a share lies, 80 % sure, after `hits` of `n` (Wilson, 1927): as wide as p10 to p90 of a band. Unlike the plain
 * ±z·sd it stays inside [0, 1] and is honest for a handful. `hits` may be a fraction; nothing seen is [0, 1].
 */
export function shareInterval(hits: number, n: number): { low: number; high: number } {
  if (n <= 0) return { low: 0, high: 1 }
  const share = hits / n
  const spread = Z_80 ** 2 / n
  const middle = (share + spread / 2) / (1 + spread)
  const half = (Z_80 / (1 + spread)) * Math.sqrt((share * (1 - share)) / n + spread / (4 * n))
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}
