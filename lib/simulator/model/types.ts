/**
 * Terms of the overload model. A second is one simulated second since the scenario's start; sizes are in megabytes of
 * JSON unless said otherwise; shares are in [0, 1].
 */
export type Region = 'us-east' | 'us-central' | 'us-west' | 'eu-west' | 'ap-northeast' | 'ap-southeast'
export type Product = 'chat' | 'api' | 'video'

/** One API server of a cluster. Counters start again from zero when the process does. */
export interface ModelServer {
  up: boolean
  /** Second at which a server that is down comes back. */
  upAt: number
  /** Second at which it went down last. */
  downAt: number
  /** Second at which this process began; negative for processes older than the scenario. */
  startedAt: number
  /** Held down from outside, for instance because its zone is gone. */
  drained: boolean
  /** Watch caches and RBAC loaded, 0 right after a start, 1 when ready. */
  warmth: number
  /** Full LISTs by stage of work: the first wait for etcd, the others for CPU. */
  stages: Float64Array
  runningLists: number
  /** Running LISTs whose caller has left. */
  zombieLists: number
  queuedLists: number
  /** LISTs finished a second, smoothed. */
  finishRate: number
  /** Watchers that must list again, and how many of them are being served. */
  relistBacklog: number
  relistRunning: number
  /** LISTs that want a core now. */
  runnable: number
  /** Mean age of running LISTs, and how long a new one will take, in seconds. */
  meanAge: number
  sojourn: number
  /** Stages of CPU work paid for but not used in the last second. */
  cpuCarry: number
  residentGB: number
  coresInUse: number
  /** Share of the last second's telemetry requests that were rejected. */
  rejectShare: number
  /** What rejected telemetry requests are told to wait, when that last grew, and rejections a second, smoothed. */
  retryAfterSeconds: number
  retryAfterGrewAt: number
  rejectRate: number
  /** Seconds in which liveness failed, falling twice as fast as it grows. */
  sickSeconds: number
  /** Crashes without ten calm minutes between them: sets the back-off. */
  crashesInARow: number
  cpuSecondsTotal: number
  listsTotal: number
  admittedTotal: number
  rejectedTotal: number
  forbiddenTotal: number
  terminatedTotal: number
  lightTotal: number
  etcdRequestsTotal: number
  etcdSecondsTotal: number
  webhookCallsTotal: number
  webhookSecondsTotal: number
  webhookRejectionsTotal: number
  /** Cumulative counts of request durations, one a bound of DURATION_BOUNDS, the last for all. */
  durations: Float64Array
  durationSecondsTotal: number
}

/** A control plane with its nodes, agents, DNS and services. Fields are read freely and changed by levers and steps only. */
export interface ModelCluster {
  /** Unique, like `use-chat-01`: region code, product, number. */
  readonly name: string
  readonly region: Region
  readonly product: Product
  /** Carries services that all products need. */
  platform: boolean
  readonly podsPerNode: number
  readonly podKilobytes: number
  /** Seats of priority and fairness that a full LIST takes: 1 on old servers, on new ones 10 or what the level bears. */
  readonly seatsPerList: number
  /** Like `v1.31.3`; fits `seatsPerList`. */
  readonly kubernetesVersion: string
  /** Of one API server. */
  readonly cores: number
  readonly memoryGB: number
  /** --max-requests-inflight plus --max-mutating-requests-inflight of one API server. */
  readonly inflightLimit: number
  readonly etcdMegabytesPerSecond: number
  readonly etcdCores: number
  readonly etcdMemoryGB: number
  /** Longest back-off between restarts of an API server, in seconds. */
  readonly restartCapSeconds: number
  /** How fast CoreDNS replicas are lost while the API is lost, per second. */
  readonly dnsFragility: number
  /** TTL of service records in CoreDNS and in the node caches, in seconds: how long a full cache lasts. */
  readonly dnsTtlSeconds: number
  /** Addresses at which this cluster's DNS is probed, one node cache each. */
  readonly resolvers: number
  /** Names that a service needs to answer a request. */
  readonly namesPerService: number
  /** Resident memory of an idle API server. */
  readonly idleGB: number
  readonly random: () => number

  /** Seconds since the scenario's start. */
  second: number
  nodes: number
  pods: number
  servers: ModelServer[]
  /** Seconds at which ordered API servers arrive, ascending. */
  serversDueAt: number[]

  /** The telemetry DaemonSet: how many nodes it is to run on (0: it does not exist; Infinity: every node). */
  agentTarget: number
  agentTargetAt: number
  agents: number
  /** Agents that a running deletecollection still has to remove. */
  agentsToDelete: number
  /** Agents that wait before they ask again. */
  agentsBackingOff: number
  /** Smoothed share of the agents' requests that fail. */
  agentFailure: number
  agentPeriodSeconds: number
  agentTimeoutSeconds: number
  /** MB of JSON that an agent reads a second, as one with little CPU does; its LIST keeps its seats meanwhile. */
  agentMegabytesPerSecond: number
  /** Watchers without a server, about to list again. */
  relistWave: number

  revoked: boolean
  rejecting: boolean
  /** Seats a server still has for the agents while it rejects them; at least those of one LIST where a real level rejects. */
  rejectLeak: number
  /** Share of nodes whose way to the API is closed. */
  blockedShare: number
  etcdSlowSeconds: number
  webhookDownShare: number
  /** How fast CoreDNS replicas are lost for reasons of their own, per second. */
  dnsBreakRate: number
  zoneLostShare: number
  /** Share of users' requests sent elsewhere. */
  trafficShifted: number
  /** Services come back a few at a time rather than all at once. */
  stagedStart: boolean

  etcdUp: boolean
  etcdUpAt: number
  etcdResidentGB: number
  etcdLatencySeconds: number
  etcdCrashesInARow: number
  oomKills: number
  livenessKills: number
  etcdOomKills: number

  /** Share of small requests that are answered within 10 s in this second, and its means over 10 s and 40 s. */
  success: number
  success10: number
  success40: number
  /** Mean latency of small requests, in seconds. */
  latencySeconds: number
  /** Second at which most small requests began to fail; undefined while they succeed. */
  apiLostAt: number | undefined

  controllerManagerUp: boolean
  /** Held down from outside: it does not come back. */
  controllerManagerHeld: boolean
  controllerManagerUpAt: number
  controllerManagerBackoff: number
  /** Second at which kube-controller-manager renewed its lease last. */
  leaseRenewedAt: number
  notReadyShare: number

  /** How many replicas of CoreDNS there are; operators size it by nodes, once. */
  readonly dnsReplicas: number
  /** Share of them that answer from a synced store. */
  dnsSynced: number
  /** Second of the first CoreDNS failure; undefined while lookups succeed. */
  dnsLostAt: number | undefined
  /** Share of (node, name) pairs that are no longer cached and cannot be fetched. */
  dnsEmpty: number
  /** Queries that reach CoreDNS, as a multiple of the calm rate. */
  dnsLoad: number
  readonly dnsTotals: DnsTotals
  /** Share of services that crashed and must download images and configuration again. */
  downloadBacklog: number
  serviceFailure: number
}

/** What counters of DNS servers are made of: sums over all seconds so far. */
export interface DnsTotals {
  /** Of `dnsEmpty`: seconds of lookups for which neither cache nor CoreDNS has an answer. */
  emptySeconds: number
  /** Of the share of questions that CoreDNS does not answer. */
  missedSeconds: number
  /** Of nodes × `dnsLoad`: what CoreDNS is asked, in node-seconds of a calm day. */
  askedNodeSeconds: number
  /** Of the share of CoreDNS' own requests that its API server does not answer. */
  apiLostSeconds: number
  /** While some are not answered, of the share that is. */
  apiLeftSeconds: number
  /** The newest loss of a CoreDNS replica, which started anew without records; undefined before the first. */
  restart?: DnsRestart
}

/** Figures of `DnsTotals` as they were at a restart; `back…` since it has records again. */
export interface DnsRestart {
  second: number
  askedNodeSeconds: number
  apiLostSeconds: number
  backSecond?: number
  backAskedNodeSeconds?: number
  backApiLeftSeconds?: number
}

export type RequestLane = 'exempt' | 'ordinary' | 'node' | 'controller' | 'sa' | 'telemetry'

/** One HTTP request as the API server sees it. */
export interface ModelRequest {
  /** Which priority level it falls into: `sa` are service accounts other than the telemetry agents. */
  lane: RequestLane
  verb: 'get' | 'list' | 'write' | 'probe' | 'metrics'
  /** Only `/readyz` and `/livez` matter. */
  path: string
  /** Size of the answer, in megabytes of JSON; 0 for small ones. */
  megabytes: number
  timeoutSeconds: number
  /** Index of the server asked directly; undefined = through the load balancer. */
  server?: number
}

export interface RequestOutcome {
  /** No answer in time, no connection, or the HTTP status. */
  outcome: 'timeout' | 'refused' | number
  latencyMs: number
  retryAfterSeconds?: number
  /** Names of failed checks of a probe, like `etcd`, `informer-sync`. */
  failedChecks?: string[]
  /** What a 500 says. */
  message?: string
  /** Index of the server that was asked. */
  server: number
}

/** Priority and fairness by FlowSchema. Undefined = the series does not exist, because it never had an event. */
export interface FlowMetrics {
  flowSchema: string
  priorityLevel: string
  /** Of the priority level. */
  limitSeats: number
  executingRequests: number
  executingSeats: number
  queuedRequests: number
  dispatchedTotal: number
  rejectedTotal?: number
}

/** What one API server's /metrics tells. Counters are since `processStartSecond`; undefined = no such series yet. */
export interface ServerMetrics {
  /** Second since the scenario's start, mostly negative. */
  processStartSecond: number
  cpuSecondsTotal: number
  residentBytes: number
  goroutines: number
  /** Finished LISTs of pods with 200, and everything else with 200. */
  podListsTotal: number
  otherRequestsTotal: number
  rejectedTotal?: number
  forbiddenTotal?: number
  terminatedTotal?: number
  inflightReadOnly: number
  inflightMutating: number
  flows: FlowMetrics[]
  pods: number
  nodes: number
  etcdRequestsTotal: number
  etcdSecondsTotal: number
  storageBytes: number
  webhookCallsTotal: number
  webhookSecondsTotal: number
  webhookRejectionsTotal?: number
  watchCacheReady: boolean
  /** Upper bounds in seconds ascending, the last Infinity, with cumulative counts. */
  durationBounds: readonly number[]
  durationCounts: number[]
  durationSecondsTotal: number
}

export type DnsOutcome = 'answer' | 'no-data' | 'nxdomain' | 'servfail' | 'timeout'

export interface DnsAnswer {
  outcome: DnsOutcome
  latencyMs: number
  /** TTL of the record (`answer`) or of the SOA (`no-data`, `nxdomain`). */
  ttlSeconds?: number
  /** IPv4 address of an `answer` to an A query. */
  address?: string
}

export type ScenarioName =
  | 'dec-11'
  | 'calm'
  | 'small-fleet'
  | 'bad-update'
  | 'etcd-slow'
  | 'webhook-down'
  | 'dns-only'
  | 'one-zone'

export type FaultName = 'etcd-slow' | 'webhook-down' | 'dns-broken' | 'zone-lost'

/**
 * What a scenario wants done or tells. The first three go through the API's objects, whose owner turns them into
 * levers; the others have already happened in the model and are told for the record.
 */
export type ScenarioEvent = { second: number; cluster: ModelCluster } & (
  | { kind: 'apply-workload' | 'remove-workload' | 'delete-workload-pods' }
  | { kind: 'fault-began' | 'fault-ended'; fault: FaultName }
  | {
      kind:
        | 'traffic-shift-began'
        | 'servers-ordered'
        | 'network-blocked'
        | 'network-readmitted'
        | 'hands-done'
    }
)

export interface ScenarioOptions {
  /** Who repairs dec-11: the teams of the post-mortem from 15:59 on, or nobody. Default `historical`. */
  hands?: 'historical' | 'none'
  /** True = this cluster stands still in this second. For headless runs that look at large clusters only. */
  frozen?: (cluster: ModelCluster, second: number) => boolean
}

export interface Scenario {
  readonly name: ScenarioName
  /** Epoch milliseconds of second 0: 2024-12-11T22:45:00Z, 14:45 in San Francisco. */
  readonly startAt: number
  readonly clusters: readonly ModelCluster[]
  /** Seconds simulated so far. */
  readonly second: number
  /**
   * Steps the fleet up to `toSecond`. `onEvent` is called in the second of each event, before that second's step, so
   * that its effect is not late; all events are returned as well, oldest first.
   */
  advance(toSecond: number, onEvent?: (event: ScenarioEvent) => void): ScenarioEvent[]
}
