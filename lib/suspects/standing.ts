import type { ClusterLoad } from './types'

/** What a cluster counts as when blame is weighed. Missing data is neither sick nor healthy. */
export type Standing = 'sick' | 'healthy' | 'unknown'

export function standingOf({ state, distressSince }: ClusterLoad): Standing {
  if (state === 'Unknown') return 'unknown'
  if (state === 'Healthy') return 'healthy'
  if (state === 'Recovering') return distressSince === undefined ? 'unknown' : 'sick'
  return 'sick'
}

/** The fleet as evidence sees it, prepared once for all suspects. */
export interface FleetView {
  now: number
  clusters: readonly ClusterLoad[]
  byId: ReadonlyMap<string, ClusterLoad>
  sick: readonly ClusterLoad[]
  healthy: readonly ClusterLoad[]
  /** Epoch ms of the first distress that still lasts. */
  firstDistressAt?: number
}

export function viewFleet(clusters: readonly ClusterLoad[], now: number): FleetView {
  const sick = clusters.filter(cluster => standingOf(cluster) === 'sick')
  const onsets = sick.flatMap(({ distressSince }) => distressSince ?? [])
  return {
    now,
    clusters,
    byId: new Map(clusters.map(cluster => [cluster.clusterId, cluster])),
    sick,
    healthy: clusters.filter(cluster => standingOf(cluster) === 'healthy'),
    firstDistressAt: onsets.length > 0 ? onsets.reduce((a, b) => Math.min(a, b)) : undefined,
  }
}
