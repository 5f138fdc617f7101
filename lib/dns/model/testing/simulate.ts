const SAMPLES = 20_000

/** Four standard errors of a share near one half over the samples. */
export const TOLERANCE = 4 * Math.sqrt(0.25 / SAMPLES)

/** mulberry32: small, seeded, good enough for shares. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296
  }
}

/** Seconds until the next of a Poisson stream. */
export const waiting = (rng: () => number, rate: number) => -Math.log(1 - rng()) / rate

/** Share of the samples, each simulated lookup by lookup, for which `simulate` holds. */
export function shareOf(seed: number, simulate: (rng: () => number) => boolean): number {
  const rng = seeded(seed)
  let held = 0
  for (let i = 0; i < SAMPLES; i++) if (simulate(rng)) held++
  return held / SAMPLES
}

/** Walks lookups from well before T0 = 0; before T0 the first lookup after expiry refreshes. Returns the last refresh. */
export function lastRefresh(
  rng: () => number,
  rate: number,
  ttl: number,
): { refreshedAt: number; next: number } {
  let now = -6 * (ttl + 1 / rate) * (1 + rng())
  let refreshedAt = now
  for (now += waiting(rng, rate); now < 0; now += waiting(rng, rate)) {
    if (now >= refreshedAt + ttl) refreshedAt = now
  }
  return { refreshedAt, next: now }
}
