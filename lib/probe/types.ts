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
  /** Names of failed checks of /livez or /readyz, e.g. `etcd`. */
  failedChecks?: string[]
  /** Set by `metrics`. */
  sample?: ApiServerSample
}
