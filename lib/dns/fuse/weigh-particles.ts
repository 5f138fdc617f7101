import { PARTICLE_COUNT, PARTICLES } from './particles'
import { type FuseCurve, particleShare } from './read-curve'
import { logOfCaches, type SeenCaches } from './seen-caches'
import type { EvidenceBin } from './types'

/** Probes every ten seconds over the same few replicas are not independent: this many count as one. */
const DESIGN = 4
/** Names that were fetched together end together, so this many copies count as one. */
const COPIES_DESIGN = 2
/** No particle is ruled out by one surprise: the unlikeliest that a step of the shares may be. */
const LEAST_LIKELY = 1e-3

/** Falling shares of some copies that were still answered, at rising instants (epoch ms) since T0. */
export interface SeenShares {
  copies: number
  points: readonly { at: number; share: number }[]
}

export interface Evidence {
  /** Epoch ms. */
  t0At: number
  replicas: number
  bins: readonly EvidenceBin[]
  names?: SeenShares
  /** What counters of node caches tell. */
  caches?: SeenCaches
}

/** Chance that a question reaches a replica that answers, `u` seconds after the first of `replicas` has failed. */
export function answeredLive(u: number, ramp: number, replicas: number): number {
  return (1 - 1 / replicas) * Math.exp(-Math.max(0, u) / ramp)
}

/**
 * How likely each particle is after what was seen since T0: Bayes with equal priors; undefined without evidence.
 * Three facts count. Live path: a query is answered with chance (1 − 1/r)·e^(−u/ramp) at u. Names: between two looks a
 * copy ends with chance J(u₁) − J(u₂), and outlasts the last look with J; each copy counts once, whenever it ends. Caches: what
 * their counters tell, see `logOfCaches`.
 */
export function weighParticles(
  curve: Pick<FuseCurve, 'times' | 'shares'>,
  { t0At, replicas, bins, names, caches }: Evidence,
): Float64Array | undefined {
  const seen = bins.filter(bin => bin.asked > 0 && bin.at >= t0At)
  const hasNames = names !== undefined && names.copies > 0 && names.points.length > 0
  if (seen.length === 0 && !hasNames && !caches) return undefined
  const logs = new Float64Array(PARTICLE_COUNT)
  for (const [p, { ramp }] of PARTICLES.entries()) {
    let log = 0
    for (const { at, asked, failed } of seen) {
      const alive = Math.max(1e-6, answeredLive(Math.max(1, (at - t0At) / 1000), ramp, replicas))
      log += failed * Math.log1p(-Math.min(alive, 1 - 1e-6)) + (asked - failed) * Math.log(alive)
    }
    logs[p] = log / DESIGN
    if (hasNames) logs[p] += logOfNames(curve, p, t0At, names) / COPIES_DESIGN
    if (caches) logs[p] += logOfCaches(curve, p, t0At, caches)
  }
  const top = Math.max(...logs)
  const weights = logs.map(x => Math.exp(x - top))
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map(w => w / sum)
}

function logOfNames(
  curve: Pick<FuseCurve, 'times' | 'shares'>,
  particle: number,
  t0At: number,
  { copies, points }: SeenShares,
): number {
  let log = 0
  let seen = 1
  let expected = 1
  for (const { at, share } of points) {
    const next = particleShare(curve, particle, (at - t0At) / 1000)
    log += Math.max(0, seen - share) * Math.log(Math.max(LEAST_LIKELY, expected - next))
    seen = Math.min(seen, share)
    expected = next
  }
  return copies * (log + seen * Math.log(Math.max(LEAST_LIKELY, expected)))
}
