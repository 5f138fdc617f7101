/** Per priority level, from `apiserver_flowcontrol_*`. Undefined = the series does not exist (not zero). */
export interface PriorityLevelSample {
  name: string
  /** nominal_limit_seats, or request_concurrency_limit on old servers. */
  limitSeats?: number
  /** current_executing_seats, or executing requests where seats are not told. */
  executingSeats?: number
  executingRequests?: number
  inqueueRequests?: number
  /** Counter. */
  rejectedTotal?: number
  dispatchedTotal?: number
}

/** Per FlowSchema: the finest caller label that API server metrics carry. */
export interface FlowSchemaSample {
  name: string
  priorityLevel: string
  executingSeats?: number
  executingRequests?: number
  inqueueRequests?: number
  rejectedTotal?: number
  dispatchedTotal?: number
}

export interface WebhookSample {
  name: string
  /** Histogram count and sum in seconds, cumulative. */
  count: number
  sumSeconds: number
  rejections?: number
  /** Counter of calls that failed or timed out, whether the request was then refused or let through. */
  callErrors?: number
}

/** What one scrape of one API server told; all numbers are finite. Counters are cumulative since `processStartAt`. */
export interface ApiServerSample {
  /** process_start_time_seconds in epoch ms: names the replica behind a load balancer. */
  processStartAt?: number
  /** As `v1.31.0`, of this replica. */
  version?: string
  cpuSecondsTotal?: number
  residentBytes?: number
  goroutines?: number
  /** Counter of requests by status code, all verbs but WATCH and CONNECT. */
  requestsByCode: Record<string, number>
  /** Counter of LIST requests that finished, by resource, at most the 20 largest. */
  listsByResource: Record<string, number>
  inflightReadOnly?: number
  inflightMutating?: number
  /** Watches and other requests that stay open. */
  longRunningRequests?: number
  terminationsTotal?: number
  priorityLevels: PriorityLevelSample[]
  flowSchemas: FlowSchemaSample[]
  /** Objects in storage by resource (`nodes`, `pods`, `daemonsets.apps`, …); names normalised over versions. */
  objectsByResource: Record<string, number>
  /** Cumulative etcd_request_duration_seconds over all operations. */
  etcdRequests?: { count: number; sumSeconds: number }
  /** Cumulative request durations without WATCH and CONNECT, `le` (seconds) ascending, last is +Infinity. */
  requestDuration?: { le: number[]; cumulative: number[]; sumSeconds: number }
  storageBytes?: number
  watchCacheNotReady?: string[]
  webhooks: WebhookSample[]
  /** Text bytes scanned after decompression. */
  scannedBytes: number
  /** Series kept / seen. */
  keptSeries: number
  seenSeries: number
  /** The text ended too early: sums over series are too low, so no differences may be taken. */
  cut?: boolean
  /** Set when the text was cut, too long, or had lines that could not be read; what was read before stays. */
  damage?: string
}
