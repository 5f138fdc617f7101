import type { KubeOutcome } from '../kube/types'
import type { ApiServerSample } from '../metrics/types'

export type ProbeName = 'livez' | 'readyz' | 'canary' | 'exempt-canary' | 'metrics' | 'inventory'

/**
 * What one probe saw. A probe that fails is an observation like any other.
 * `canary` is a single-object GET as an ordinary identity: probes are exempt from priority and fairness and stay
 * green while users starve, so it alone says whether callers are admitted.
 */
export interface Observation {
  clusterId: string
  laneId: string
  probe: ProbeName
  /** Epoch ms when it was sent. */
  at: number
  durationMs: number
  outcome: KubeOutcome
  /** HTTP status, 0 without an answer. */
  status: number
  /** Bytes read from the network. */
  bytes: number
  detail: string
  retryAfterMs?: number
  /** How late Holdfast itself was meanwhile, when worth telling: so much of the duration is not the cluster's. */
  lagMs?: number
  /** Names of failed checks of /livez or /readyz, e.g. `etcd`. */
  failedChecks?: string[]
  /** Set by `metrics`. */
  sample?: ApiServerSample
}

/** A workload that could be the cause of a change in load. All strings are bounded; they are data, never trusted. */
export interface WorkloadSeen {
  kind: 'DaemonSet' | 'Deployment' | 'StatefulSet'
  namespace: string
  name: string
  uid: string
  /** Grows with each change of the spec. */
  generation: number
  resourceVersion: string
  /** Epoch ms. */
  createdAt?: number
  /** Epoch ms of the newest change of anything but the status, from managedFields. */
  changedAt?: number
  labels: Record<string, string>
  /** Only those that tell the owner (Argo CD, Flux, Helm) or the roll-out's revision. */
  annotations: Record<string, string>
  /** Told for DaemonSets; the others are read as metadata only. */
  images?: string[]
  serviceAccountName?: string
  /** Pods it should run and those that are ready; told for DaemonSets. */
  desiredNumberScheduled?: number
  numberReady?: number
  /** Told for DaemonSets, up to 32 KB: what an undo starts from when the API server no longer answers. */
  object?: Record<string, unknown>
}

interface FactBase {
  clusterId: string
  laneId: string
  /** Epoch ms when it was asked. */
  at: number
}

/** What is learned about a cluster's contents, at a cost that does not grow with its nodes or pods. */
export type InventoryFact = FactBase &
  (
    | {
        fact: 'workloads'
        kind: WorkloadSeen['kind']
        workloads: WorkloadSeen[]
        /** There are more than were asked for: what is missing here may still exist. */
        truncated: boolean
      }
    | { fact: 'version'; gitVersion: string; platform: string }
    | { fact: 'identity'; kubeSystemUid: string }
    /** `corefile` undefined: the ConfigMap does not exist. */
    | { fact: 'corefile'; name: 'coredns' | 'node-local-dns'; corefile?: string; resourceVersion?: string }
    /** The controller manager's lease; with a stale `renewAt` deleted workloads leave their pods behind. */
    | { fact: 'controller-manager'; renewAt?: number; holder?: string }
  )

/** What Holdfast itself costs one cluster, over the last full minute of the clock. */
export interface ProbeCost {
  requestsPerMinute: number
  /** From the network, before decompression. */
  bytesPerMinute: number
  inFlight: number
  totalRequests: number
  totalBytes: number
  /** Set while probes that can wait are held back. */
  overBudget: boolean
}

/** How closely a cluster is watched: `distress` asks the canary more often and all that is costly less often. */
export type ProbeMood = 'calm' | 'distress'

export interface ProbeLimits {
  /** Requests in flight over the whole fleet. */
  maxInFlight: number
  /** Requests in flight on one cluster. */
  maxInFlightPerCluster: number
  /** Per cluster; above it, metrics and inventory wait. */
  requestsPerMinute: number
  bytesPerMinute: number
}
