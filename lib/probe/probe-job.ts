import type { Cluster, Lane } from '../fleet/types'
import type { KubeResult } from '../kube/types'
import type { WorkloadsKnown } from './read-workloads'
import type { InventoryFact, Observation, ProbeMood, ProbeName } from './types'

/** One request of a probe; the loop adds method, signal, budget and place in the queue. */
export interface Ask {
  path: string
  timeoutMs: number
  accept?: string
  maxBytes?: number
  onChunk?: (chunk: Uint8Array) => void
}

/** What a job may use while it runs. */
export interface JobContext {
  cluster: Cluster
  lane: Lane
  ask: (lane: Lane, ask: Ask) => Promise<KubeResult>
  observe: (observation: Observation) => void
  learn: (fact: InventoryFact) => void
  /** What this job told itself to remember for its next run. */
  memory: JobMemory
}

export interface JobMemory {
  /** The checks of this failing episode are known, or were asked for in vain. */
  askedVerbose?: boolean
  /** Whole objects were too large; from now on metadata only. */
  metadataOnly?: boolean
  /** The workloads of the last list. */
  workloads?: WorkloadsKnown
}

/** How a run ended, for the schedule: failures of costly jobs make them rarer. */
export interface JobOutcome {
  failed: boolean
  retryAfterMs?: number
  /** Callers are not served as they should be: watch more closely. */
  distress?: boolean
}

export interface ProbeJob {
  name: string
  /** Every so often while calm; a cluster with several API servers may need more. */
  calmMs: (cluster: Cluster) => number
  distressMs: number
  /** Failure upon failure doubles the interval up to this. */
  maxMs: number
  /** Waits when the budget is used up, and is left out in distress. */
  kind: 'vital' | 'costly' | 'calm-only'
  /** Served past the queues (the `probes` FlowSchema), so a Retry-After given to others on the lane does not apply. */
  exempt?: boolean
  lane: (cluster: Cluster, turn: number, mood: ProbeMood) => Lane | undefined
  run: (context: JobContext) => Promise<JobOutcome>
}

/** An answer that says nothing was served: none at all, 429, or a server error. */
export function isFailure(result: KubeResult): boolean {
  return result.outcome !== 'answer' || result.status === 429 || result.status >= 500
}

export function toObservation(context: JobContext, probe: ProbeName, result: KubeResult): Observation {
  return {
    clusterId: context.cluster.id,
    laneId: result.laneId,
    probe,
    at: result.startedAt,
    durationMs: result.durationMs,
    outcome: result.outcome,
    status: result.status,
    bytes: result.bytes,
    detail: result.detail.slice(0, 256),
    retryAfterMs: result.retryAfterMs,
  }
}
