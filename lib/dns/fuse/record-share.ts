import { answeredBehind } from '../model/layers'
import { answeredTogether, criticalRecords } from '../model/lookup-records'
import { answeredLossy, evictionRate, type RateClass } from '../model/losses'
import { zipf } from '../model/population'
import {
  answeredPoisoned,
  equivalentRecord,
  type StaleFate,
  staleFate,
  type UpstreamFailure,
} from '../model/stale-fate'
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
  /** A copy that came fresh, is not served stale and not evicted. */
  plain: boolean
}

/**
 * J of a lookup under the shape, with the unknowns as the particle has them: of the address alone, or of address and
 * denials together where programs cannot do without those (musl; glibc that gives up early). Both come from the same
 * lookups; for plain copies that is `answeredTogether`, else the product, which is a little too pessimistic.
 */
export function recordShare(shape: FuseShape, particle: Particle): RecordShare {
  const address = shareOfRecord(shape, particle)
  const silent = upstreamOf(shape, particle) === 'silent'
  const [, denial] = criticalRecords({ ...shape.program, silent, ttl: shape.ttl, denialTtl: shape.denialTtl })
  // Equal TTLs are in step: one record.
  if (!denial || denial.ttl >= shape.ttl || shape.ttl <= 0) return address
  const other = shareOfRecord({ ...shape, ttl: denial.ttl }, particle)
  const end = Math.min(address.end, other.end)
  const kinks = [...address.kinks, ...other.kinks].filter(t => t <= end)
  if (address.plain && other.plain) {
    const records = [{ ttl: shape.ttl }, denial]
    return { end, kinks, plain: true, answered: rate => t => answeredTogether(t, { rate, records }) }
  }
  return {
    end,
    kinks,
    plain: false,
    answered: rate => {
      const [a, b] = [address.answered(rate), other.answered(rate)]
      return t => a(t) * b(t)
    },
  }
}

function shareOfRecord(shape: FuseShape, particle: Particle): RecordShare {
  if (shape.ttl <= 0) return { answered: () => () => 0, end: 0, kinks: [], plain: true }
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
      plain: false,
      answered: rate => t => answeredPoisoned(t, { ttl: pair.ttl, stale: pair.stale, rate, from }),
    }
  }
  const replicas = replicasSeen(shape, particle)
  const evict = pair.stale > 0 ? 0 : evictionsOf(shape, particle)
  if (replicas === 1) {
    const record = { ttl: pair.ttl, stale: pair.stale }
    const plain = pair.stale === 0 && evict === 0
    const answeredBy = (rate: number) =>
      evict > 0
        ? (t: number) => answeredLossy(t, { rate, ttl: pair.ttl, evict, lossAfter: 0 })
        : (t: number) => answered(t, { ...record, rate })
    return { end, kinks, plain, answered: answeredBy }
  }
  const minTtl = Math.min(shape.minTtl, pair.ttl)
  return {
    end,
    kinks: [...kinks, pair.stale + minTtl],
    plain: false,
    answered: rate => {
      const aged = answeredBehind({ rate, ttl: pair.ttl, replicas, minTtl })
      const expired = 1 - aged(0)
      const kept = evict > 0 ? notEvicted({ rate, ttl: pair.ttl, evict }) : () => 1
      return t =>
        t >= pair.stale ? aged(t - pair.stale) * kept(t) : 1 - expired * Math.exp(-rate * (pair.stale - t))
    },
  }
}

/**
 * Evictions a second of one entry before T0: measured, else from how many names there are for how much room. After T0
 * a silent upstream inserts nothing and errors go to the other half of the cache, so evictions end.
 */
function evictionsOf(shape: FuseShape, particle: Particle): number {
  if (shape.evictionsPerSecond !== null) return shape.evictionsPerSecond
  return shape.names > shape.capacity ? evictionRate(rateGroups(shape, particle), shape.capacity) : 0
}

/** The part of the answered lookups that evictions leave; exact for fresh TTLs, taken over for aged ones. */
function notEvicted({ rate, ttl, evict }: { rate: number; ttl: number; evict: number }) {
  return (t: number) =>
    t >= ttl ? 0 : answeredLossy(t, { rate, ttl, evict, lossAfter: 0 }) / answered(t, { rate, ttl })
}

/** What a lost upstream answers in this particle's world. */
export function upstreamOf(shape: FuseShape, { choice }: Particle): UpstreamFailure {
  if (shape.upstream !== 'unknown') return shape.upstream
  return choice < SERVFAIL_SHARE ? 'servfail' : 'silent'
}

function fateOf(shape: FuseShape, particle: Particle): StaleFate {
  const upstream = upstreamOf(shape, particle)
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
