import { PARTICLE_COUNT, PARTICLES } from './particles'
import type { EvidenceBin } from './types'

/** Probes every ten seconds over the same few replicas are not independent: this many count as one. */
const DESIGN = 4

/**
 * How likely each particle is, given the live path's failures since T0: a query is answered when the one replica that
 * it reaches is not the first that failed and has not followed it, chance (1 − 1/r)·e^(−u/ramp) at u. Bayes with equal
 * priors; undefined without evidence.
 */
export function weighParticles(
  t0At: number,
  bins: readonly EvidenceBin[],
  replicas: number,
): Float64Array | undefined {
  const seen = bins.filter(bin => bin.asked > 0 && bin.at >= t0At)
  if (seen.length === 0) return undefined
  const logs = new Float64Array(PARTICLE_COUNT)
  for (const [p, { ramp }] of PARTICLES.entries()) {
    let log = 0
    for (const { at, asked, failed } of seen) {
      const u = Math.max(1, (at - t0At) / 1000)
      const alive = Math.max(1e-6, (1 - 1 / replicas) * Math.exp(-u / ramp))
      log += failed * Math.log1p(-Math.min(alive, 1 - 1e-6)) + (asked - failed) * Math.log(alive)
    }
    logs[p] = log / DESIGN
  }
  const top = Math.max(...logs)
  const weights = logs.map(x => Math.exp(x - top))
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map(w => w / sum)
}
