/** Something wrong, or worth knowing, at one place of a Corefile. */
export interface CorefileProblem {
  /** 1-based line of the file in which the token stands. */
  line: number
  /** The imported file, when it is not the Corefile itself. */
  file?: string
  plugin?: string
  message: string
}

/** One zone that a server block answers for. */
export interface ServedZone {
  transport: 'dns' | 'tls' | 'quic' | 'grpc' | 'https' | 'https3' | 'unix'
  /** Lower case, fully qualified; a CIDR key yields one reverse zone per octet or nibble boundary. */
  zone: string
  port: number
}

export interface ServeStaleOptions {
  /** 0 switches it off (`serve_stale 0`). */
  durationSeconds: number
  mode: 'immediate' | 'verify'
  /** How long `verify` waits for the upstream; 0 = without limit of its own. */
  verifyTimeoutSeconds: number
  /** TTL put into stale answers. */
  ttlSeconds: number
  /** Pause after a failed refresh. */
  recheckSeconds: number
}

/** `cache`, with CoreDNS' defaults filled in (plugin/cache/setup.go, 1.14.7). */
export interface CacheOptions {
  line: number
  zones: string[]
  successCapacity: number
  denialCapacity: number
  successTtl: number
  successMinTtl: number
  denialTtl: number
  denialMinTtl: number
  /** null when `prefetch` is absent or its amount is 0. */
  prefetch: { amount: number; durationSeconds: number; percentage: number } | null
  serveStale: ServeStaleOptions | null
  serveStalePolicy: 'prefer_positive' | null
  servfailSeconds: number
  /** Zones for which a kind of answer is not cached. */
  disable: { success?: string[]; denial?: string[] }
  keepttl: boolean
}

/** `kubernetes` (plugin/kubernetes/setup.go). */
export interface KubernetesOptions {
  line: number
  zones: string[]
  ttlSeconds: number
  pods: 'disabled' | 'insecure' | 'verified'
  /** Zones that fall through; null when they do not. */
  fallthrough: string[] | null
  endpoint: string[]
  /** How long a start waits for the API before it serves unsynced. */
  startupTimeoutSeconds: number
  noEndpoints: boolean
  /** Options of older versions that the current one refuses. */
  legacyOptions: string[]
}

/** `forward` (plugin/forward/setup.go), `grpc`, or `proxy` of CoreDNS before 1.5. */
export interface ForwardOptions {
  line: number
  plugin: 'forward' | 'grpc' | 'proxy'
  from: string
  /** As written: addresses, host names or the path of a resolv.conf. */
  to: string[]
  except: string[]
  forceTcp: boolean
  preferUdp: boolean
  policy: string
  maxConcurrent?: number
  maxFails?: number
  healthCheckSeconds?: number
  readTimeoutSeconds?: number
}

export interface HostsOptions {
  line: number
  file: string
  ttlSeconds: number
  reloadSeconds: number
  /** Lines of records written into the Corefile itself. */
  inline: number
  fallthrough: string[] | null
}

export interface CorefileServer {
  line: number
  /** As written. */
  keys: string[]
  zones: ServedZone[]
  /** Every directive in the order of the file, repeated ones repeated. */
  plugins: string[]
  cache: CacheOptions | null
  kubernetes: KubernetesOptions | null
  forward: ForwardOptions[]
  hosts: HostsOptions | null
  /** A running CoreDNS looks for a changed Corefile this often, and restarts its plugins when it finds one. */
  reload: { intervalSeconds: number; jitterSeconds: number } | null
  bind: string[]
  /** Address of the metrics endpoint. */
  prometheus: string | null
  /** Address of the liveness endpoint. */
  health: string | null
  /** Address of the readiness endpoint. */
  ready: string | null
  autopath: boolean
  view: string | null
  /** Directives that CoreDNS as released does not know; the rest of the block is read all the same. */
  unknownDirectives: string[]
}

/**
 * What a Corefile says. `ok` means that CoreDNS would start with it, as far as syntax, zones and the plugins that
 * decide how long a name lives are concerned; oddities of other plugins are warnings.
 */
export interface CorefileReading {
  ok: boolean
  /** Empty after a syntax error; with other errors, what could be read. */
  servers: CorefileServer[]
  errors: CorefileProblem[]
  warnings: CorefileProblem[]
  unknownDirectives: string[]
  /** Environment variables that the file refers to, sorted. */
  envVars: string[]
}
