/** Control-plane verdicts, from calm to lost. `LockedOut` is measured, never guessed. */
export type ControlPlaneState =
  | 'Healthy'
  | 'Strained'
  | 'Overloaded'
  | 'LockedOut'
  | 'Dark'
  | 'Recovering'
  | 'Unknown'

/** Stable codes of reasons; text may change, codes do not. */
export type ReasonCode =
  /** The ordinary canary, by how it is turned away. */
  | 'canary.rejected'
  | 'canary.timeout'
  | 'canary.unreachable'
  | 'canary.errors'
  | 'canary.slow'
  | 'canary.missing'
  | 'canary.unauthorised'
  /** Another lane is served while ordinary callers are not. */
  | 'lane.open'
  /** Our own credentials or trust are the trouble, not the cluster. */
  | 'lane.credentials'
  /** Holdfast itself does not get to run: timeouts prove nothing. */
  | 'watcher.lagging'
  | 'zone.lost'
  | 'cluster.silent'
  | 'data.missing'
  | 'data.stale'
  | 'readyz.failing'
  | 'readyz.slow'
  | 'livez.failing'
  | 'apf.rejecting'
  | 'apf.saturated'
  | 'apf.queueing'
  | 'requests.terminated'
  /** Requests in flight pile up while hardly any finish. */
  | 'requests.piling'
  | 'etcd.slow'
  | 'etcd.failing'
  | 'webhook.down'
  | 'webhook.slow'
  | 'watch-cache.cold'
  | 'server.restarted'
  | 'server.memory'
  | 'metrics.unreadable'
  | 'recovery.watching'

export interface Reason {
  code: ReasonCode
  severity: 'info' | 'warn' | 'critical'
  /** In words with figures: "ordinary callers wait 14 s; 31 % rejected in workload-low". */
  text: string
}

/** Where the trouble sits, as far as the evidence tells. */
export type LikelyCause = 'callers' | 'etcd' | 'webhook' | 'zone' | 'server'

export interface Verdict {
  state: ControlPlaneState
  /** Epoch ms when this state began (the first observation that showed it, not when hysteresis let it through). */
  since: number
  /** The weightiest first. */
  reasons: Reason[]
  /** Epoch ms of the newest evidence; undefined when there is none. */
  evidenceAt?: number
  cause?: LikelyCause
  /** Epoch ms since when the evidence is better than the state; hysteresis waits from here. */
  calmerSince?: number
}

/** A reason with the state that it alone would justify. */
export interface Finding extends Reason {
  /** `Healthy`: worth telling, no trouble. */
  pushes: 'Healthy' | 'Strained' | 'Overloaded' | 'LockedOut' | 'Dark'
  /** Epoch ms of the first observation that showed it. */
  firstAt: number
}

/** What the evidence shows at this instant, before hysteresis. */
export interface Sight {
  state: Finding['pushes'] | 'Unknown'
  /** Epoch ms of the first evidence for it. */
  firstAt: number
  /** Epoch ms since when the ordinary canary is served without a failure in between; undefined when it is not. */
  admittedSince?: number
  /** Ordinary tries served in that time. */
  admitted: number
  /** Answers of any lane within the last 40 s; counted while the verdict is Dark. */
  answers: number
}

/** What one API server did between two scrapes. Absent = could not be told. */
export interface ReplicaLoad {
  /** Epoch ms of the newer scrape. */
  at: number
  laneId: string
  /** Names the replica: its start time, or the lane when that is not told. */
  replica: string
  seconds: number
  cpuCores?: number
  residentBytes?: number
  /** Finished requests, without watches. */
  responsesPerSecond?: number
  listsPerSecond?: number
  inFlightReads?: number
  inFlightWrites?: number
  /** Mean over all etcd requests that finished in between. */
  etcdMeanSeconds?: number
  /** Share of the time of all finished requests that was spent in etcd. */
  etcdShare?: number
  rejectedPerSecond: number
  /** By `priority level/flow schema`: seats held at the newer scrape. */
  seatsByFlowSchema: Record<string, number>
}

/** Sums over the API servers seen in the last minutes: a lower bound while some are not seen. */
export interface ClusterLoad {
  at: number
  replicas: number
  cpuCores: number
  responsesPerSecond: number
  /** Reads in flight; LISTs are what stays in flight, and counters show them only when they finish. */
  readsInFlight: number
  listsPerSecond: number
  rejectedPerSecond: number
  seatsByFlowSchema: Record<string, number>
}
