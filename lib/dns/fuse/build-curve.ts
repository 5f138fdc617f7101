import { addSurvival, averageShifted, averageUniform, crossing, timeGrid } from './curve-grid'
import { PARTICLE_COUNT, PARTICLES, type Particle } from './particles'
import { type FuseCurve, quantileRows } from './read-curve'
import { rateGroups, recordShare } from './record-share'
import type { FuseShape } from './shape'

/** Names count as dry when the caches answer at most this share of the lookups. */
const DRY_SHARE = 0.05
/** A cluster's users feel it when this share of the names in use has failed. */
const FELT_SHARE = 0.05
/** Names used within this time before T0 count as in use. */
const MEMORY_SECONDS = 600
/** Instants at which a pair of node and name may lose its upstream, per particle. */
const SHIFTS = 12

/**
 * Builds the curve of a shape. A pair of node and name has lost its upstream when all r replicas of CoreDNS are gone.
 * The first failure is one of them, the others follow: chance (1−e^(−u/ramp))^(r−1) by u after it, at once when there
 * was only one (seen with a real one, see e2e/fuse). Mixing J over that instant is exact to first order. Caches inside
 * programs then keep a name for their own lifetime, which mixes it over U(0, lifetime) once more.
 */
export function buildCurve(shape: FuseShape): FuseCurve {
  const rows = PARTICLES.map(particle => ({
    particle,
    share: recordShare(shape, particle),
    shifts: shiftsOf(shape, particle),
  }))
  const end = Math.max(...rows.map(r => r.share.end))
  const latest = Math.max(...rows.map(r => r.shifts.at(-1) ?? 0)) + shape.applicationTtl
  const kinks = [...rows.flatMap(r => r.share.kinks), shape.applicationTtl]
  const times = timeGrid(end, latest, kinks)
  const n = times.length
  const curve: FuseCurve = {
    times,
    shares: new Float64Array(PARTICLE_COUNT * n),
    p10: new Float64Array(n),
    p50: new Float64Array(n),
    p90: new Float64Array(n),
    order: new Uint8Array(PARTICLE_COUNT * n),
    firstFailure: new Float64Array(PARTICLE_COUNT),
    half: new Float64Array(PARTICLE_COUNT),
    dry: new Float64Array(PARTICLE_COUNT),
  }
  for (const [p, { particle, share, shifts }] of rows.entries()) {
    const groups = rateGroups(shape, particle)
    const queries = groups.reduce((sum, g) => sum + g.count * g.rate, 0)
    const inUse = groups.map(g => -g.count * Math.expm1(-g.rate * MEMORY_SECONDS))
    const names = inUse.reduce((a, b) => a + b, 0)
    const answered = new Float64Array(n)
    const survived = new Float64Array(n)
    for (const [g, { rate, count }] of groups.entries()) {
      const shareAt = share.answered(rate)
      const j = times.map(t => (t >= share.end ? 0 : shareAt(t)))
      const weight = (rate * count) / queries
      for (let i = 0; i < n; i++) answered[i] = (answered[i] as number) + weight * (j[i] as number)
      addSurvival(times, j, { rate, weight: (inUse[g] ?? 0) / names }, survived)
    }
    const mix = (f: Float64Array) =>
      averageUniform(times, averageShifted(times, f, shifts), shape.applicationTtl)
    const row = mix(answered)
    curve.shares.set(row, p * n)
    curve.half[p] = crossing(times, row, 0.5)
    curve.dry[p] = crossing(times, row, DRY_SHARE)
    curve.firstFailure[p] = crossing(times, mix(survived), 1 - FELT_SHARE)
  }
  fillQuantiles(curve)
  return curve
}

/** When pairs of node and name lose their upstream, seconds after the anchor, rising. */
function shiftsOf({ anchor, replicas }: FuseShape, { delay, ramp, persistence }: Particle): number[] {
  const start = anchor === 'api-lost' ? delay : 0
  return Array.from({ length: SHIFTS }, (_, i) => {
    // None lives on beside the first: nothing is left to wait for.
    if (replicas <= 1) return start
    const allGone = 1 - ((i + 0.5) / SHIFTS) ** (1 / (replicas - 1))
    return start - ramp * persistence * Math.log(allGone)
  })
}

function fillQuantiles(curve: FuseCurve): void {
  const { times, shares, order } = curve
  const n = times.length
  const indices = Array.from({ length: PARTICLE_COUNT }, (_, p) => p)
  for (let i = 0; i < n; i++) {
    indices.sort((a, b) => (shares[a * n + i] as number) - (shares[b * n + i] as number))
    order.set(indices, i * PARTICLE_COUNT)
  }
  Object.assign(curve, quantileRows(curve))
}
