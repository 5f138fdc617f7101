import type { CacheChain } from '../chain/types'
import type { Version } from '../model/coredns-version'
import type { Resolver } from '../model/lookup-records'
import type { UpstreamFailure } from '../model/stale-fate'

/** What a curve counts its time from: the API server's loss, or the first failed answer that a probe saw. */
export type FuseAnchor = 'api-lost' | 'first-failure'

/** All that the curve of a cluster depends on; clusters of equal shape share one curve. */
export interface FuseShape {
  anchor: FuseAnchor
  /** Effective TTL in the cache that outlives CoreDNS; 0 without one. */
  ttl: number
  /** The same for denials. */
  denialTtl: number
  minTtl: number
  /** Answers that it holds at most. */
  capacity: number
  /** How the programs resolve names, which decides whether denials matter. */
  program: Resolver
  /** Allowance of serve_stale, 0 when off. */
  stale: number
  staleMode: 'immediate' | 'verify'
  preferPositive: boolean
  version: Version
  prefetch: { amount: number; percentage: number; durationSeconds: number } | null
  /** Seconds for which a restarted CoreDNS refuses before it answers without the API server. */
  startupSeconds: number
  /** Replicas of CoreDNS while healthy. */
  replicas: number
  /** Copies of this many upper caches, with TTLs that have aged there; 1 when TTLs come down fresh. */
  agedBehind: number
  /** The node cache keeps one connection to one upper cache for long. */
  pinned: boolean
  applicationTtl: number
  upstream: UpstreamFailure | 'unknown'
  /** Lookups a second at one node cache, and names among which they are shared. */
  lookupsPerSecond: number
  names: number
  /** Of one entry, for want of room; null when not measured. */
  evictionsPerSecond: number | null
}

/** glibc that waits as long as it takes: only the address must last. */
export const PATIENT: Resolver = { libc: 'glibc', deadline: Number.MAX_SAFE_INTEGER }

/** Taken when no metrics tell: a node with some thirty pods. Both are varied by a factor of three in the bands. */
const ASSUMED_LOOKUPS_PER_SECOND = 20
const ASSUMED_NAMES = 100
/** The version inside common node-cache images; older than the fixes of serve_stale, so the careful choice. */
const ASSUMED_VERSION: Version = [1, 11, 3]

/** Measured at node caches, where their metrics can be read. */
export interface Traffic {
  /** Of names that exist; without questions that end in denials, where the caches tell the kinds apart. */
  lookupsPerSecond: number
  names: number
  /** Of all kinds, denials with them: what one cache is asked, the share that goes upstream, and entries it fills. */
  questions?: { perSecond: number; missShare: number; entries: number }
  /** Evictions a second of one entry: coredns_cache_evictions_total over coredns_cache_entries. */
  evictionsPerSecond?: number
}

export function shapeOf(
  chain: CacheChain,
  anchor: FuseAnchor,
  upstream: FuseShape['upstream'] = 'unknown',
  traffic?: Traffic,
  program: Resolver = PATIENT,
): FuseShape {
  const { nodeCache, coreDns } = chain
  const stale = nodeCache?.serveStale
  return {
    anchor,
    ttl: nodeCache?.ttlSeconds ?? 0,
    denialTtl: nodeCache?.denialTtlSeconds ?? 0,
    capacity: nodeCache?.successCapacity ?? 0,
    program,
    minTtl: nodeCache?.minTtlSeconds ?? 0,
    stale: stale?.durationSeconds ?? 0,
    staleMode: stale?.mode ?? 'immediate',
    preferPositive: stale?.preferPositive ?? false,
    version: nodeCache?.version ?? ASSUMED_VERSION,
    prefetch: nodeCache?.prefetch ?? null,
    startupSeconds: chain.startupSeconds,
    replicas: chain.replicas,
    agedBehind: nodeCache && coreDns && !coreDns.keepttl ? chain.replicas : 1,
    pinned: nodeCache?.forceTcp ?? false,
    applicationTtl: chain.applicationTtlSeconds,
    upstream,
    lookupsPerSecond: traffic?.lookupsPerSecond ?? ASSUMED_LOOKUPS_PER_SECOND,
    names: Math.max(1, Math.round(traffic?.names ?? ASSUMED_NAMES)),
    evictionsPerSecond: traffic?.evictionsPerSecond ?? null,
  }
}

export function shapeKey(shape: FuseShape): string {
  return JSON.stringify(Object.values(shape))
}
