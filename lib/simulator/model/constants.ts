/** A LIST waits for etcd in the first stages and for CPU in the others. Twelve keep LISTs that start together together. */
export const ETCD_STAGES = 3
export const CPU_STAGES = 9
export const STAGES = ETCD_STAGES + CPU_STAGES

/** Cost of requests. CPU and memory of a LIST were measured on kube-apiserver 1.20.2 (70.8 MB of pods with gzip: 1.54 s). */
export const COST = {
  listCpuSeconds: 0.004,
  cpuSecondsPerMegabyte: 0.0218,
  /** Resident bytes per byte of JSON at the end of a LIST, and in etcd per stored byte. */
  memoryPerByte: 5.3,
  etcdMemoryPerByte: 1.8,
  /** Stored (protobuf) bytes per byte of JSON. */
  storedShare: 0.75,
  /** What one range read can draw from etcd. */
  etcdReaderMegabytesPerSecond: 150,
  lightCpuSeconds: 0.001,
  rejectedCpuSeconds: 0.0006,
  forbiddenCpuSeconds: 0.0004,
} as const

/** What running LISTs do to the latency of small requests; fitted to the same measurements. */
export const LATENCY = {
  idleSeconds: 0.003,
  idleSpread: 1.03,
  metricsSeconds: 0.06,
  metricsSpread: 0.4,
  /** Wait per runnable LIST per core. */
  schedulerSeconds: 0.007,
  schedulerSpread: 0.9,
  /** Stall by the garbage collector per GB of heap per core, and the share of requests that meet one. */
  stallSecondsPerGB: 0.2,
  stallShare: 0.3,
  etcdSeconds: 0.002,
  etcdSecondsPerReader: 0.002,
} as const

/** Priority and fairness: nominal seats of 600 by level (kubernetes/apiserver flowcontrol defaults). */
export const SEATS = {
  system: 74,
  'node-high': 98,
  'workload-high': 98,
  'workload-low': 245,
  'global-default': 49,
  'leader-election': 25,
  'catch-all': 13,
} as const

export const FAIRNESS = {
  /** In-flight limit for which SEATS are given: 400 reads and 200 writes. */
  referenceInflight: 600,
  borrowedShare: 0.3,
  queueWaitSeconds: 15,
  /** Queues that one flow is dealt to. */
  handSize: 6,
  /** Six of one flow's queues of 50. */
  queueLength: 300,
} as const

export const PROCESS = {
  /** GB of resident memory of an idle API server, and GB more per GB of JSON in its watch caches. */
  idleGB: 0.5,
  cacheGBPerGB: 3,
  /** Memory follows the heap: up within 2 s, down in a minute. */
  memoryRise: 0.5,
  memoryFallSeconds: 60,
  collectorTax: 0.1,
  restartSeconds: 8,
  livenessSeconds: 80,
  livenessLatencySeconds: 15,
  etcdRestartSeconds: 15,
  etcdBackoffCapSeconds: 120,
  /** A balancer needs this long to notice that a server is gone. */
  balancerSeconds: 10,
} as const

/** Pods a second: created by the DaemonSet controller, collected (measured), removed by deletecollection (measured). */
export const POD_RATES = { create: 20, collect: 10, deleteCollection: 300, createDelaySeconds: 20 } as const

export const BACKOFF = { firstSeconds: 1, longestSeconds: 30 } as const

/** Upper bounds of the request duration histogram (a subset of apiserver_request_duration_seconds). */
export const DURATION_BOUNDS: readonly number[] = [
  0.005,
  0.025,
  0.05,
  0.1,
  0.2,
  0.4,
  1,
  2,
  5,
  10,
  30,
  60,
  Number.POSITIVE_INFINITY,
]
/** Light requests are filed into the histogram in lots of this many seconds. */
export const DURATION_LOT_SECONDS = 5
