import type { ModelCluster } from './types'

/** One application of the workload. */
export interface RollOutStep {
  second: number
  cluster: ModelCluster
}

/** One ring of a roll-out: its clusters in the given order, evenly over the time. */
export function ringSteps(clusters: readonly ModelCluster[], from: number, to: number): RollOutStep[] {
  return clusters.map((cluster, i) => ({
    second: Math.round(from + ((to - from) * i) / clusters.length),
    cluster,
  }))
}
