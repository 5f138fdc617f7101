/**
 * Terms.
 * Cluster: one Kubernetes control plane with its nodes, however many kubeconfig contexts point at it.
 * Lane: one way in, that is one identity at one address. `ordinary` waits in the queues of priority and fairness
 * like everybody; `exempt` is a `system:masters` identity past the queues (not past CPU and memory); `direct` is an
 * exempt identity at one API server's own address, past the load balancer.
 */
export type LaneKind = 'ordinary' | 'exempt' | 'direct'

/** The `cluster` part of a kubeconfig, with relative paths made absolute. */
export interface LaneEndpoint {
  /** Base URL, may have a path; never ends in a slash. */
  server: string
  tlsServerName?: string
  proxyUrl?: string
  insecureSkipTlsVerify: boolean
  caFile?: string
  /** base64 PEM, as in the kubeconfig */
  caData?: string
}

/** The `user` part of a kubeconfig, as written, with relative paths made absolute. Never leaves the server. */
export type LaneUser = Readonly<Record<string, unknown>>

export interface LaneIdentity {
  user?: string
  groups: string[]
}

export interface Lane {
  /** Stable within the cluster: `ordinary`, `exempt`, `direct-1`, or with a number added when there are several. */
  id: string
  kind: LaneKind
  /** In words, e.g. `context prod-admin of fleet.kubeconfig`. */
  title: string
  endpoint: LaneEndpoint
  user: LaneUser
  /** Who the API server takes it for, as far as its credentials tell; they are not verified here. */
  identity?: LaneIdentity
  source: { file: string; context: string }
}

export interface Cluster {
  /** URL-safe, unique in the fleet, stable between starts. */
  id: string
  /** As configured; may hold any character. */
  name: string
  region: string
  products: string[]
  environment: string
  labels: Record<string, string>
  /** Ordinary first. Empty only when `problem` is set. */
  lanes: Lane[]
  /** UDP/TCP addresses `host:port` of resolvers that answer for this cluster without its API server. */
  resolvers: string[]
  /** URLs of the metrics of its CoreDNS replicas and node caches, reachable without its API server. */
  dnsMetrics?: string[]
  /** The zone of its own names; `cluster.local` when not told. */
  clusterDomain?: string
  /** Seconds for which the programs of every product here keep an answer themselves, as declared. */
  programDnsCacheSeconds?: number
  /** Services of its products that users feel first, as `service.namespace`; at most ten. */
  criticalNames?: string[]
  /** Why this entry cannot be used; the rest of the fleet goes on. */
  problem?: FleetProblem
  /** What people should know although the cluster can be used: a broken second lane, an expired certificate. */
  warnings?: FleetProblem[]
}

export interface FleetProblem {
  /** What is wrong, where (`file:line` or key), how to mend it. */
  message: string
  where: string
  hint?: string
}

export interface Fleet {
  clusters: Cluster[]
  /** Problems of files or entries that belong to no cluster. */
  problems: FleetProblem[]
}
