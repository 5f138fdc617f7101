import { createScanner } from './scanner'
import type { ScanLimits } from './text-scanner'

/** One block of zones with a cache of its own; counters are cumulative, absent where the series does not exist. */
export interface DnsCacheSample {
  /** As CoreDNS writes it, `cluster.local.`; '' from versions that do not tell. */
  zones: string
  hits?: number
  /** Those of them that were addresses and other records, not denials or errors. */
  successHits?: number
  misses?: number
  /** Lookups that came to this cache; absent before CoreDNS 1.9. */
  requests?: number
  servedStale?: number
  /** Entries now; expired ones stay until they are evicted. */
  successEntries?: number
  denialEntries?: number
  /** Records, not denials, that made room for others; absent before the first, and from versions that do not tell. */
  successEvictions?: number
}

/** What one scrape of one CoreDNS or node cache told; all numbers are finite. Counters count since its start. */
export interface DnsServerSample {
  /** process_start_time_seconds in epoch ms; absent on systems where Go does not tell. */
  processStartAt?: number
  /** CoreDNS' version, `1.11.3`. */
  version?: string
  /** The kubernetes plugin is at work here: this is CoreDNS itself, not a cache in front of it. */
  servesCluster: boolean
  caches: DnsCacheSample[]
  /** Answers by rcode (`NOERROR`, `SERVFAIL`, …), over all zones. */
  responsesByRcode: Record<string, number>
  /** Those of them that were SERVFAIL, by the zone that was asked: `cluster.local.`. */
  servfailsByZone: Record<string, number>
  /** Requests of the kubernetes plugin to its API server by status code; `<error>` when none came back. */
  apiRequestsByCode: Record<string, number>
  /** Upstreams that failed a health check, and times at which all of them had. */
  upstreamFailures?: number
  upstreamsBroken?: number
  /** Hash of the Corefile in force, told after the first reload. */
  reloadVersion?: string
  reloadsFailed?: number
  scannedBytes: number
  keptSeries: number
  /** The text ended too early: sums over series are too low, so no differences may be taken. */
  cut?: boolean
  /** In words, when the text was cut, too long, or had lines that could not be read. */
  damage?: string
}

export interface DnsServerScan {
  /** Takes the next bytes, cut anywhere. Never throws. */
  push(chunk: Uint8Array): void
  /** `complete`: the transport says that the whole text came. */
  finish(end?: { complete?: boolean }): DnsServerSample
}

/** A CoreDNS of thousands of zones is possible, but not one whose every zone matters here. */
const MAX_CACHES = 64
const MAX_CODES = 60

/** What the largest real texts need, several times over. */
const DNS_SCAN_LIMITS: Partial<ScanLimits> = {
  maxBytes: 4 << 20,
  maxLineBytes: 16 << 10,
  maxSeries: 20_000,
}

type CacheField = Exclude<keyof DnsCacheSample, 'zones'>

class Fold {
  readonly out: DnsServerSample = {
    servesCluster: false,
    caches: [],
    responsesByRcode: {},
    servfailsByZone: {},
    apiRequestsByCode: {},
    scannedBytes: 0,
    keptSeries: 0,
  }
  readonly responses = new Map<string, number>()
  readonly servfails = new Map<string, number>()
  readonly apiRequests = new Map<string, number>()
  readonly #caches = new Map<string, DnsCacheSample>()

  cache(field: CacheField, zones: string, value: number): void {
    let cache = this.#caches.get(zones)
    if (!cache) {
      if (this.#caches.size >= MAX_CACHES) return
      cache = { zones: zones.slice(0, 253) }
      this.#caches.set(zones, cache)
    }
    cache[field] = (cache[field] ?? 0) + value
  }

  finish(): DnsServerSample {
    const { out } = this
    out.caches = [...this.#caches.values()]
    out.responsesByRcode = Object.fromEntries(this.responses)
    out.servfailsByZone = Object.fromEntries(this.servfails)
    out.apiRequestsByCode = Object.fromEntries(this.apiRequests)
    return out
  }
}

type TakeSample = (fold: Fold, value: number, labels: readonly string[]) => void
interface Family {
  labels: readonly string[]
  take: TakeSample
}

function count(map: Map<string, number>, key: string, value: number): void {
  const known = map.get(key)
  if (known !== undefined) map.set(key, known + value)
  else if (map.size < MAX_CODES) map.set(key.slice(0, 40), value)
}

const inCache = (field: CacheField): Family => ({
  labels: ['zones'],
  take: (fold, value, [zones = '']) => fold.cache(field, zones, value),
})
const total = (field: 'upstreamFailures' | 'upstreamsBroken' | 'reloadsFailed'): Family => ({
  labels: [],
  take: ({ out }, value) => {
    out[field] = (out[field] ?? 0) + value
  },
})
const apiRequests: Family = {
  labels: ['code'],
  take: (fold, value, [code = '']) => {
    fold.out.servesCluster = true
    count(fold.apiRequests, code, value)
  },
}
const reload: Family = {
  labels: ['value', 'hash'],
  take: ({ out }, value, [version = '']) => {
    // The series of older Corefiles stay, as zero.
    if (value > 0) out.reloadVersion = version.slice(0, 128)
  },
}

/**
 * Families over versions: zones were told apart from CoreDNS 1.10; health checks moved from `forward` to `proxy` with
 * 1.11; client-go's requests were exported without a prefix before the kubernetes plugin named them its own.
 */
const FAMILIES: Readonly<Record<string, Family>> = {
  process_start_time_seconds: {
    labels: [],
    take: ({ out }, value) => {
      if (value > 0) out.processStartAt = Math.round(value * 1000)
    },
  },
  coredns_build_info: {
    labels: ['version'],
    take: ({ out }, _value, [version = '']) => {
      out.version = version.slice(0, 64) || undefined
    },
  },
  coredns_plugin_enabled: {
    labels: ['name'],
    take: ({ out }, value, [name]) => {
      if (name === 'kubernetes' && value > 0) out.servesCluster = true
    },
  },
  coredns_cache_hits_total: {
    labels: ['zones', 'type'],
    take: (fold, value, [zones = '', type]) => {
      fold.cache('hits', zones, value)
      if (type === 'success') fold.cache('successHits', zones, value)
    },
  },
  coredns_cache_misses_total: inCache('misses'),
  coredns_cache_requests_total: inCache('requests'),
  coredns_cache_served_stale_total: inCache('servedStale'),
  coredns_cache_entries: {
    labels: ['zones', 'type'],
    take: (fold, value, [zones = '', type]) =>
      fold.cache(type === 'denial' ? 'denialEntries' : 'successEntries', zones, value),
  },
  coredns_cache_evictions_total: {
    labels: ['zones', 'type'],
    take: (fold, value, [zones = '', type]) => {
      if (type !== 'denial') fold.cache('successEvictions', zones, value)
    },
  },
  coredns_dns_responses_total: {
    labels: ['rcode', 'zone'],
    take: (fold, value, [rcode = '', zone = '']) => {
      count(fold.responses, rcode, value)
      if (rcode === 'SERVFAIL') count(fold.servfails, zone, value)
    },
  },
  coredns_forward_healthcheck_failures_total: total('upstreamFailures'),
  coredns_proxy_healthcheck_failures_total: total('upstreamFailures'),
  coredns_forward_healthcheck_broken_total: total('upstreamsBroken'),
  coredns_kubernetes_rest_client_requests_total: apiRequests,
  rest_client_requests_total: apiRequests,
  coredns_reload_version_info: reload,
  coredns_reload_failed_total: total('reloadsFailed'),
}
const LABELS = Object.fromEntries(Object.entries(FAMILIES).map(([name, { labels }]) => [name, labels]))

/** Reads one scrape of one CoreDNS or NodeLocal DNSCache as it streams in. */
export function createDnsServerScan(limits?: Partial<ScanLimits>): DnsServerScan {
  const fold = new Fold()
  const scanner = createScanner({
    families: LABELS,
    limits: { ...DNS_SCAN_LIMITS, ...limits },
    onSample: (family, value, labels) => {
      if (Number.isFinite(value) && value >= 0) FAMILIES[family]?.take(fold, value, labels)
    },
  })
  return {
    push: scanner.push,
    finish: end => {
      const { scannedBytes, keptSeries, cut, damage } = scanner.finish(end)
      const sample = fold.finish()
      const nothing = sample.version === undefined && sample.caches.length === 0
      return {
        ...sample,
        scannedBytes,
        keptSeries,
        cut: cut || undefined,
        damage:
          [damage, nothing && 'no series of CoreDNS in it'].filter(Boolean).join('; ').slice(0, 300) ||
          undefined,
      }
    },
  }
}
