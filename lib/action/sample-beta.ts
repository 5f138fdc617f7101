/** One draw of Beta(a, b) for a, b ≥ 1 by two gamma variates. */
export function sampleBeta(a: number, b: number, rng: () => number): number {
  const x = sampleGamma(a, rng)
  return x / (x + sampleGamma(b, rng))
}

/** Marsaglia & Tsang, "A simple method for generating gamma variables" (2000), shape ≥ 1. */
function sampleGamma(shape: number, rng: () => number): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const z = Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng())
    const v = (1 + c * z) ** 3
    if (v > 0 && Math.log(1 - rng()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v
  }
}
