/** A seeded generator of numbers in [0, 1) (mulberry32): fast, and good enough for draws that nobody attacks. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** A standard normal draw (Box and Muller). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** An exponential draw with mean 1. */
export function exponential(random: () => number): number {
  return -Math.log(1 - random())
}

/** Quantile of the standard normal, |error| < 4.5e-4 (Abramowitz and Stegun 26.2.23); `p` in (0, 1). */
export function normalQuantile(p: number): number {
  const q = Math.sqrt(-2 * Math.log(p < 0.5 ? p : 1 - p))
  const above = 2.515517 + q * (0.802853 + q * 0.010328)
  const below = 1 + q * (1.432788 + q * (0.189269 + q * 0.001308))
  return (p < 0.5 ? -1 : 1) * (q - above / below)
}

/** A new array in random order. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const order = items.map((item, index) => ({ item, key: random(), index }))
  return order.sort((a, b) => a.key - b.key || a.index - b.index).map(({ item }) => item)
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
