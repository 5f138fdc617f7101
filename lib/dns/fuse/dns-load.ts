import { integrate } from '../model/integrate'
import { amplification, surge } from '../model/load'
import { zipf } from '../model/population'
import type { Band } from '../types'
import { PARTICLES } from './particles'
import { weightedBand } from './read-curve'
import { rateGroups, upstreamOf } from './record-share'
import type { FuseShape, Traffic } from './shape'

/** glibc asks about six times for a name that nobody answers, before its caller is told; measured against silence. */
const RETRIES_INTO_SILENCE = 6
/** The surge is the mean over this long after the return: what a queue in front of CoreDNS sees. */
const SURGE_SECONDS = 1

/** Queries that reach CoreDNS, as multiples of those of a quiet day. */
export interface DnsLoad {
  /** Once nothing is cached: every lookup goes upstream, and is repeated into silence. */
  onceDry: Band
  /** In the first second after CoreDNS returns to empty caches; without clients that were waiting. */
  onReturn: Band
  /** Names refreshed together come again after this many seconds, damped; 0 without a node cache. */
  echoSeconds: number
  /** Entries of one node's first wave; times the nodes it is what CoreDNS must answer before all is well. */
  entriesPerNode: number
}

/**
 * Load on CoreDNS once caches are empty and when it returns, over the same unknowns as the fuse. Where node caches tell
 * which share of all questions goes upstream on a quiet day, that is taken instead of the model's, which knows of
 * addresses alone: denials of the search path last 5 s, and are most of what CoreDNS is asked.
 */
export function dnsLoad(shape: FuseShape, { questions }: Pick<Traffic, 'questions'> = {}): DnsLoad {
  const rows = PARTICLES.map(particle => {
    const retries = upstreamOf(shape, particle) === 'silent' ? RETRIES_INTO_SILENCE : 1
    const { ttl } = shape
    if (questions) {
      const { perSecond, missShare, entries } = questions
      const warm = perSecond * missShare
      const first = zipf(perSecond, entries, particle.skew).reduce(
        (sum, { rate, count }) => sum + count * firstWave(rate, Math.max(ttl, SURGE_SECONDS + 1)),
        0,
      )
      return { onceDry: retries / missShare, onReturn: first / warm }
    }
    const groups = rateGroups(shape, particle)
    let warm = 0
    let dry = 0
    let first = 0
    for (const { rate, count } of groups) {
      const misses = (count * rate) / (1 + rate * ttl)
      warm += misses
      dry += misses * amplification({ rate, ttl, retries })
      // Without a cache there is nothing to fill again: every lookup goes upstream as ever.
      first += count * (ttl > 0 ? firstWave(rate, ttl) : rate)
    }
    return { onceDry: dry / warm, onReturn: first / warm }
  })
  const band = (of: (row: (typeof rows)[number]) => number) =>
    weightedBand(Float64Array.from(rows, of), undefined)
  return {
    onceDry: band(row => row.onceDry),
    onReturn: band(row => row.onReturn),
    echoSeconds: shape.ttl,
    entriesPerNode: questions?.entries ?? shape.names,
  }
}

/** Questions a second for one entry that is cold at 0, in the mean over the surge. */
function firstWave(rate: number, ttl: number): number {
  return integrate(t => surge(t, { rate, ttl }), 0, SURGE_SECONDS) / SURGE_SECONDS
}
