import type { ControlPlaneState } from '../health/types'

/** One change to one cluster: seen in its inventory, or told by a pipeline. */
export interface ChangeSeen {
  clusterId: string
  /** Epoch ms of the change itself (creation or new generation seen), as exact as known. */
  at: number
  source: 'inventory' | 'pipeline'
  kind: string
  namespace: string
  name: string
  /** Version or image tag, when known. */
  version?: string
  /** True when the workload did not exist before. */
  created: boolean
  uid?: string
  serviceAccount?: string
  /** Pods it wants on this cluster, when known. */
  desiredPods?: number
  /** Free text from the pipeline, bounded. */
  note?: string
  url?: string
}

/** What is known of one cluster's load and distress, as suspects needs it. */
export interface ClusterLoad {
  clusterId: string
  nodes?: number
  state: ControlPlaneState
  /** Epoch ms when distress began (Strained or worse), when it has. */
  distressSince?: number
  /** API server CPU cores in use now and the calm baseline before the changes, summed over servers. */
  coresNow?: number
  coresBaseline?: number
  /** Share of capacity now, 0–1 and beyond, when it can be told. */
  utilisation?: number
  /** Executing plus queued seats by FlowSchema, now and at the baseline. */
  seatsByFlowSchema?: Record<string, { now: number; baseline: number }>
}

/** `Δload = a · N^k` fitted over clusters that already carry the change. */
export interface ScalingLaw {
  exponent: number
  standardError: number
  r2: number
  clusters: number
  /** Nodes at which the added load meets capacity, when it can be told. */
  criticalNodes?: number
  /** Points for a log-log plot, at most 300. */
  points: { clusterId: string; nodes: number; load: number; state: ControlPlaneState }[]
  /** Intercept: ln a. */
  lnA: number
  /** Unit of load: added cores, or share of capacity. */
  unit: 'cores' | 'capacity'
}

export interface Evidence {
  kind: 'time' | 'space' | 'caller' | 'scaling' | 'age' | 'pipeline'
  /** In words with figures. */
  text: string
  /** The figure to show at the right, e.g. `145/145`, `91 %`. */
  figure: string
  /** This evidence's own score, 0–1. */
  score: number
}

export interface Suspect {
  /** Stable: kind/namespace/name@version. */
  id: string
  kind: string
  namespace: string
  name: string
  version?: string
  serviceAccount?: string
  /** 0–1. */
  score: number
  evidence: Evidence[]
  scaling?: ScalingLaw
  rollout: {
    firstAt: number
    lastAt: number
    reached: number
    /** Clusters of the fleet, the base of `reached`. */
    total: number
    stillRolling: boolean
    /** Clusters not yet reached that exceed the critical size. */
    atRisk: number
    reachedClusterIds: string[]
    /** Expected end by its pace so far, while still rolling. */
    expectedEndAt?: number
  }
}

export interface SuspectReport {
  at: number
  suspects: Suspect[]
  /** Changes looked at in the window, and how many were ruled out. */
  considered: number
  ruledOut: number
  /** When nobody is to blame: why, in words. */
  verdict: string
}
