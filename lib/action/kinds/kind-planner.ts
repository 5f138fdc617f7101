import type { ClusterFacts, TargetSource } from '../ports'
import type { ActionRequest, PlannedStep, TargetPlan } from '../types'
import type { Look } from './look'

/** What one kind of action would do on one cluster. */
export interface Resolved {
  steps: PlannedStep[]
  /** What the steps leave out, or do besides, in words. */
  notes: string[]
  /** Pods it concerns there, when known. */
  pods?: number
  gitOps?: TargetPlan['gitOps']
  about?: TargetPlan['about']
  limits?: TargetPlan['limits']
  capacity?: TargetPlan['capacity']
  /** When what it rests on was seen, epoch ms. */
  seenAt: number
  /** Why it rests on memory; undefined when the cluster was asked just now, and a dry run is worth while. */
  why?: string
}

/** What one kind of action adds to the engine: whom it concerns, and which writes it comes to. */
export interface KindPlanner<R extends ActionRequest> {
  /**
   * 0 harmless, 1 reversible and narrow, 2 wide or hard to take back. Two actions of tier 2 never run on one cluster.
   */
  tier: 0 | 1 | 2
  /** In a few words: `Remove telemetry-collector`. */
  title(request: Pick<R, 'target'>): string
  /** Clusters that are meant when none is named. */
  carriers(source: TargetSource, request: R): ClusterFacts[]
  /** The exact writes on one cluster; must not throw for anything that a cluster answers. */
  resolve(look: Look, request: R): Promise<Resolved | { leftOut: string }>
  /** How it is taken back, in a sentence. */
  undoStatement(targets: readonly TargetPlan[], request: R): string
}
