import type { ServeStaleOptions } from '../corefile/types'
import type { Version } from '../model/coredns-version'
import type { Basis } from '../types'

/** One DNS cache between a program and the cluster's records, as it treats names of the cluster's own zone. */
export interface CacheLayer {
  name: 'CoreDNS' | 'node cache'
  /** Effective seconds for which an answer is kept: the record's own TTL within [MINTTL, configured maximum]. */
  ttlSeconds: number
  /** The same for answers that a name or type does not exist. */
  denialTtlSeconds: number
  minTtlSeconds: number
  servfailSeconds: number
  /** Entries; CoreDNS rounds down to a multiple of 256, and up to 1,024. */
  successCapacity: number
  denialCapacity: number
  /** null when off. */
  serveStale: (ServeStaleOptions & { preferPositive: boolean }) | null
  prefetch: { amount: number; durationSeconds: number; percentage: number } | null
  keepttl: boolean
  forceTcp: boolean
  /** Seconds between looks at the Corefile; null when a changed file is not taken up by itself. */
  reloadSeconds: number | null
  /** undefined when not known. */
  version?: Version
}

/** A property of the chain that shortens a cluster's life without its control plane. */
export interface ChainFlag {
  code:
    | 'no-node-cache'
    | 'denial-ttl-short'
    | 'no-serve-stale'
    | 'stale-immediate-fragile'
    | 'prefetch-fragile'
    | 'reload-on'
    | 'authority-ttl-short'
    | 'names-not-cached'
  severity: 'info' | 'warn'
  text: string
}

/** What lies between programs and the records of their cluster, and how long each layer keeps them. */
export interface CacheChain {
  /** `estimated` when read from Corefiles, `assumed` when none was known. */
  basis: Exclude<Basis, 'measured'>
  /** Epoch ms at which the Corefiles were read. */
  readAt?: number
  /** Fully qualified, e.g. `cluster.local.` */
  zone: string
  /** TTL that CoreDNS gives to the cluster's records. */
  authorityTtlSeconds: number
  /** Seconds for which a restarted CoreDNS waits for the API server and refuses questions, before it answers SERVFAIL. */
  startupSeconds: number
  coreDns: CacheLayer | null
  /** The only DNS cache that outlives CoreDNS. */
  nodeCache: CacheLayer | null
  replicas: number
  /** Declared lifetime of caches inside programs (JVM, Envoy, …); they keep a name this long whatever its TTL. */
  applicationTtlSeconds: number
  flags: ChainFlag[]
  /** What could not be read or is taken for granted, in words. */
  notes: string[]
}
