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
