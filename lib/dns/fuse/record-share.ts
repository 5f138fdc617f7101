import { answeredBehind } from '../model/layers'
import type { RateClass } from '../model/losses'
import { zipf } from '../model/population'
import { answeredPoisoned, equivalentRecord, type StaleFate, staleFate } from '../model/stale-fate'
import { answered } from '../model/survival'
import type { Particle } from './particles'
import type { FuseShape } from './shape'

/** Of CoreDNS replicas that are lost, this share restarted without the API and answers SERVFAIL; others are silent. */
const SERVFAIL_SHARE = 0.6
/** How sure we are that a node cache with one kept connection sees a single upper cache. */
const PINNED_SHARE = 0.7

/** J(t) of a record looked up at `rate`, once its upstream is lost at t = 0; 0 from `end` on. */
export interface RecordShare {
  answered(rate: number): (t: number) => number
  end: number
  /** Where J bends. */
  kinks: number[]
}

/** J of one record under the shape, with the unknowns as the particle has them. */
export function recordShare(shape: FuseShape, particle: Particle): RecordShare {
  if (shape.ttl <= 0) return { answered: () => () => 0, end: 0, kinks: [] }
  const fate = fateOf(shape, particle)
  const stale = fate === 'dropped' ? 0 : shape.stale
  const armed = shape.prefetch !== null && isArmed(shape, particle)
  const pair = equivalentRecord({
    ttl: shape.ttl,
    stale,
    prefetchPercent: armed ? (shape.prefetch?.percentage ?? 0) : 0,
    version: shape.version,
  })
  const end = pair.ttl + pair.stale
  const kinks = [pair.stale, end]
  if (fate === 'poisoned') {
    // A restarted CoreDNS first waits for the API server, and refuses meanwhile.
    const from = shape.upstream === 'nxdomain' ? 0 : shape.startupSeconds
    return {
      end,
      kinks: [...kinks, from],
      answered: rate => t => answeredPoisoned(t, { ttl: pair.ttl, stale: pair.stale, rate, from }),
    }
  }
  const replicas = replicasSeen(shape, particle)
  if (replicas === 1) {
    return { end, kinks, answered: rate => t => answered(t, { ttl: pair.ttl, stale: pair.stale, rate }) }
  }
  const minTtl = Math.min(shape.minTtl, pair.ttl)
  return {
    end,
    kinks: [...kinks, pair.stale + minTtl],
    answered: rate => {
      const aged = answeredBehind({ rate, ttl: pair.ttl, replicas, minTtl })
      const expired = 1 - aged(0)
      return t => (t >= pair.stale ? aged(t - pair.stale) : 1 - expired * Math.exp(-rate * (pair.stale - t)))
    },
  }
}

function fateOf(shape: FuseShape, { choice }: Particle): StaleFate {
  const upstream =
    shape.upstream === 'unknown' ? (choice < SERVFAIL_SHARE ? 'servfail' : 'silent') : shape.upstream
  const prefetchOnly = shape.stale === 0 && shape.prefetch !== null
  if (shape.stale === 0 && !prefetchOnly) return 'kept'
  const { version, preferPositive } = shape
  return staleFate({ mode: prefetchOnly ? 'immediate' : shape.staleMode, upstream, version, preferPositive })
}

/** Whether the names that matter are asked for often enough to keep prefetch armed. */
function isArmed(shape: FuseShape, particle: Particle): boolean {
  const { prefetch } = shape
  if (!prefetch) return false
  if (prefetch.amount <= 1) return true
  const perName = (shape.lookupsPerSecond * particle.traffic) / shape.names
  return perName * Math.min(prefetch.durationSeconds, shape.ttl) >= prefetch.amount
}

function replicasSeen(shape: FuseShape, { choice }: Particle): number {
  // Another digit of the same draw, so that this is independent of the fate.
  const draw = (choice * 61) % 1
  return draw < (shape.pinned ? PINNED_SHARE : 1 - PINNED_SHARE) ? 1 : shape.agedBehind
}

/** The names of one node cache, grouped so that rates within a group differ by less than a factor of two. */
export function rateGroups(shape: FuseShape, particle: Particle): RateClass[] {
  const groups = new Map<number, { queries: number; count: number }>()
  for (const { rate, count } of zipf(shape.lookupsPerSecond * particle.traffic, shape.names, particle.skew)) {
    const bin = Math.floor(Math.log2(rate))
    const group = groups.get(bin) ?? { queries: 0, count: 0 }
    group.queries += rate * count
    group.count += count
    groups.set(bin, group)
  }
  return [...groups.values()].map(({ queries, count }) => ({ rate: queries / count, count }))
}
