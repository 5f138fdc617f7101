import type { ClusterProgress } from './judge-landing'
import type { CallerTarget } from './types'

/** What looks at one cluster told of one action's effect there. */
export type Observed = Pick<ClusterProgress, 'pods' | 'collectorGone' | 'converged' | 'muted' | 'inEffect'>

/** One cluster to look at for one action, and what to look for. */
export type LookTarget = { actionId: string; clusterId: string } & (
  | { what: 'pods'; namespace: string; selector: string; planned?: number }
  /** `newPods`: the change asks for pods of a new template. */
  | { what: 'workload'; path: string; newPods: boolean }
  | { what: 'machines'; path: string }
  | { what: 'objects'; writes: { shotId: string; path: string; body: unknown }[] }
  | { what: 'mute'; path: string; caller: CallerTarget }
)
