import { type CorefileContext, readCorefile } from '../corefile/read-corefile'
import { isInZone, normalizeZone } from '../corefile/read-zone'
import type { CacheOptions, CorefileReading, CorefileServer } from '../corefile/types'
import { parseVersion, type Version } from '../model/coredns-version'
import { clampTtl } from '../model/survival'
import { findFlags } from './find-flags'
import type { CacheChain, CacheLayer } from './types'

/** One process with its configuration. `version` as in its image tag or `coredns_build_info`. */
interface ChainSource extends CorefileContext {
  corefile: string
  version?: string
}

export interface ChainSources {
  coreDns?: ChainSource
  /** null: known to be absent. undefined: not known, taken as absent. */
  nodeCache?: ChainSource | null
  readAt?: number
  /** `cluster.local` by default. */
  clusterDomain?: string
  /** Replicas of CoreDNS while healthy; 2 by default. */
  replicas?: number
  applicationTtlSeconds?: number
}

/** A chain, or why there is none: a Corefile that CoreDNS would refuse. Keep the last good chain then. */
export type ChainReading = { ok: true; chain: CacheChain } | { ok: false; problems: string[] }

/** TTL that the `kubernetes` plugin gives when the Corefile does not say. */
const DEFAULT_AUTHORITY_TTL = 5
/** `startup_timeout` of the `kubernetes` plugin when the Corefile does not say. */
const DEFAULT_STARTUP_SECONDS = 5
/** What kubeadm and most distributions ship. */
const STOCK: ChainSource = {
  corefile: '.:53 {\n kubernetes cluster.local in-addr.arpa ip6.arpa {\n  ttl 30\n }\n cache 30\n reload\n}',
}

/** Reads the chain of caches of one cluster from its Corefiles. Never throws. */
export function readChain(sources: ChainSources): ChainReading {
  const zone = normalizeZone(sources.clusterDomain ?? 'cluster.local')
  const problems: string[] = []
  const notes: string[] = []
  const read = (source: ChainSource, name: string): CorefileServer | undefined => {
    const reading = readCorefile(source.corefile, source)
    problems.push(...reading.errors.map(e => `${name} Corefile, line ${e.line}: ${e.message}`))
    notes.push(...describeReading(reading, name))
    return serverFor(reading.servers, zone)
  }
  const upperSource = sources.coreDns ?? STOCK
  const upperServer = read(upperSource, 'CoreDNS')
  const nodeServer = sources.nodeCache ? read(sources.nodeCache, 'node cache') : undefined
  if (problems.length > 0) return { ok: false, problems }

  if (!sources.coreDns) notes.push('No Corefile has been read; the stock one is assumed.')
  if (!upperServer) notes.push(`No server block of CoreDNS answers for ${zone}.`)
  const kubernetes = upperServer?.kubernetes
  if (upperServer && !kubernetes)
    notes.push(`The server block for ${zone} has no kubernetes plugin; TTL 5 s assumed.`)
  const authorityTtl = kubernetes?.ttlSeconds ?? DEFAULT_AUTHORITY_TTL

  const coreDns = upperServer
    ? readLayer(
        'CoreDNS',
        upperServer,
        { zone, ttl: authorityTtl, denialTtl: authorityTtl },
        upperSource.version,
      )
    : null
  const handedDown = {
    zone,
    ttl: coreDns?.ttlSeconds ?? authorityTtl,
    denialTtl: coreDns?.denialTtlSeconds ?? authorityTtl,
  }
  const nodeCache = nodeServer
    ? readLayer('node cache', nodeServer, handedDown, sources.nodeCache?.version)
    : null
  const chain: CacheChain = {
    basis: sources.coreDns ? 'estimated' : 'assumed',
    readAt: sources.readAt,
    zone,
    authorityTtlSeconds: authorityTtl,
    startupSeconds: kubernetes?.startupTimeoutSeconds ?? DEFAULT_STARTUP_SECONDS,
    coreDns,
    nodeCache,
    replicas: Math.max(1, sources.replicas ?? 2),
    applicationTtlSeconds: Math.max(0, sources.applicationTtlSeconds ?? 0),
    flags: [],
    notes,
  }
  chain.flags = findFlags(chain, upperServer?.reload?.intervalSeconds ?? null)
  return { ok: true, chain }
}

/** The chain of a cluster whose Corefiles nobody has read: stock CoreDNS without a node cache. */
export function assumedChain(applicationTtlSeconds = 0, clusterDomain?: string): CacheChain {
  const reading = readChain({ applicationTtlSeconds, clusterDomain })
  if (!reading.ok) throw new Error(`the stock Corefile does not read: ${reading.problems.join('; ')}`)
  return reading.chain
}

function describeReading(reading: CorefileReading, name: string): string[] {
  const notes = reading.warnings.map(w => `${name} Corefile, line ${w.line}: ${w.message}.`)
  if (reading.unknownDirectives.length > 0) {
    notes.push(
      `${name} has plugins of its own, not read: ${reading.unknownDirectives.slice(0, 8).join(', ')}.`,
    )
  }
  return notes
}

/** The server block that answers for a zone: the longest match over plain DNS, one without a view first. */
function serverFor(servers: readonly CorefileServer[], zone: string): CorefileServer | undefined {
  const matches = servers.flatMap(server =>
    server.zones
      .filter(z => z.transport === 'dns' && isInZone(zone, z.zone))
      .map(z => ({ server, length: z.zone.length, plain: server.view === null ? 1 : 0 })),
  )
  matches.sort((a, b) => b.length - a.length || b.plain - a.plain)
  return matches[0]?.server
}

interface Above {
  zone: string
  ttl: number
  denialTtl: number
}

/** How a server's cache treats names of the zone that come with the given TTLs; null when it does not keep them. */
function readLayer(
  name: CacheLayer['name'],
  server: CorefileServer,
  above: Above,
  versionText: string | undefined,
): CacheLayer | null {
  const { cache } = server
  if (!cache || !keeps(cache, above.zone)) return null
  const version: Version | undefined = versionText === undefined ? undefined : parseVersion(versionText)
  const stale = cache.serveStale
  return {
    name,
    ttlSeconds: clampTtl(above.ttl, cache.successMinTtl, cache.successTtl),
    denialTtlSeconds: clampTtl(above.denialTtl, cache.denialMinTtl, cache.denialTtl),
    minTtlSeconds: cache.successMinTtl,
    servfailSeconds: cache.servfailSeconds,
    successCapacity: wholeShards(cache.successCapacity),
    denialCapacity: wholeShards(cache.denialCapacity),
    serveStale:
      stale && stale.durationSeconds > 0
        ? { ...stale, preferPositive: cache.serveStalePolicy === 'prefer_positive' }
        : null,
    prefetch: cache.prefetch,
    keepttl: cache.keepttl,
    forceTcp: server.forward.some(f => f.forceTcp),
    reloadSeconds: server.reload?.intervalSeconds ?? null,
    version,
  }
}

function keeps(cache: CacheOptions, zone: string): boolean {
  const excluded = cache.disable.success?.some(z => isInZone(zone, z)) ?? false
  return cache.zones.some(z => isInZone(zone, z)) && !excluded
}

/** 256 shards of equal size, at least four entries each (CoreDNS plugin/pkg/cache). */
function wholeShards(capacity: number): number {
  return Math.max(4, Math.floor(capacity / 256)) * 256
}
