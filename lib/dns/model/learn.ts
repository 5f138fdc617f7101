/** The rate that explains `hits` and `misses` before T0, with the prior Beta(a, b): λ = H/((1−H)τ). */
export function rateFromHits(hits: number, misses: number, ttl: number, a = 1, b = 1): number {
  return (a + hits) / ((b + misses) * ttl)
}

/**
 * Weighs particles anew after `failed` of `lookups` were seen to fail: w ← w·(uʸ(1−u)ⁿ⁻ʸ)^(1/design), u what the
 * particle expects. `design` is lookups per distinct record: repeated failures of one record are one fact.
 */
export function reweigh<P extends { weight: number }>(
  particles: readonly P[],
  failing: (particle: P) => number,
  seen: { failed: number; lookups: number; design?: number },
): P[] {
  const { failed, lookups, design = 1 } = seen
  const logs = particles.map(p => {
    const u = Math.min(1 - 1e-6, Math.max(1e-6, failing(p)))
    return Math.log(p.weight) + (failed * Math.log(u) + (lookups - failed) * Math.log(1 - u)) / design
  })
  const top = Math.max(...logs)
  const weights = logs.map(x => Math.exp(x - top))
  const sum = weights.reduce((a, b) => a + b, 0)
  return particles.map((p, i) => ({ ...p, weight: (weights[i] ?? 0) / sum }))
}

/** How many equally weighted particles the weights are worth: (Σw)²/Σw². */
export function effectiveSamples(particles: readonly { weight: number }[]): number {
  const sum = particles.reduce((s, p) => s + p.weight, 0)
  const squares = particles.reduce((s, p) => s + p.weight ** 2, 0)
  return squares > 0 ? sum ** 2 / squares : 0
}
