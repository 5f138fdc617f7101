import type { DnsServerSample } from '../../metrics/scan-dns-server'

/** What came of reading one address once. */
export type Scrape =
  | {
      /** Epoch ms when it was asked. */
      at: number
      sample: DnsServerSample
      /** Epoch ms by the server's own clock (its Date header), to take its start by ours. */
      serverAt?: number
    }
  | { at: number; failure: string }

/** What changed between two scrapes of one process, a second; undefined where either told nothing, or a counter fell. */
export interface DnsServerRates {
  windowSeconds: number
  /** Lookups that came to the cache of the cluster's own zone. */
  lookupsPerSecond?: number
  /** Share of them that the cache answered, 0–1; of fewer than 20 lookups nothing is said. */
  hitShare?: number
  /** Share of them that were answered with expired records. */
  staleShare?: number
  /** Records of that zone that the cache answered, without denials and errors; undefined where the kinds are not told. */
  recordsPerSecond?: number
  /** SERVFAIL answers to questions of that zone. */
  servfailsPerSecond?: number
  /** Evictions of one record, for want of room. */
  evictionsPerSecond?: number
  /** Answers of all zones, and the share of SERVFAIL among them. */
  responsesPerSecond?: number
  servfailShare?: number
  /** Requests of CoreDNS to its API server that failed, and those that were answered. */
  apiErrors?: number
  apiAnswers?: number
  /** Times at which every upstream was out of order. */
  upstreamsBroken?: number
  reloadsFailed?: number
}

/** Something that people should know of one CoreDNS or node cache. */
export interface DnsFinding {
  code:
    | 'api-errors'
    | 'servfail'
    | 'stale-answers'
    | 'upstreams-broken'
    | 'reload-failed'
    | 'restarted'
    | 'reloaded'
  severity: 'info' | 'warn' | 'critical'
  text: string
  /** Epoch ms of what happened once; undefined for what goes on. */
  at?: number
}

/** One CoreDNS or node cache as its metrics tell of it. */
export interface DnsServerView {
  /** As configured. */
  address: string
  kind: 'coredns' | 'node-cache'
  /** Epoch ms of the newest text that was read; undefined before the first. */
  at?: number
  /** Why the newest try failed; undefined when it did not. */
  failure?: string
  version?: string
  /** Epoch ms, by our clock. */
  startedAt?: number
  /** Set when it started, or took another Corefile, after it was first read: its caches were empty then. */
  restartedAt?: number
  reloadedAt?: number
  rates?: DnsServerRates
  /** Requests that an API server has answered since the process started. */
  apiAnswersSinceStart?: number
  /** Names in the cache of the cluster's own zone; expired ones stay until they are evicted. */
  names?: number
  /** Entries beside them: denials and errors. */
  denials?: number
  findings: DnsFinding[]
}
