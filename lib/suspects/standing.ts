import type { ClusterLoad } from './types'

/** What a cluster counts as when blame is weighed. Missing data is neither sick nor healthy. */
export type Standing = 'sick' | 'healthy' | 'unknown'

export function standingOf({ state, distressSince }: ClusterLoad): Standing {
  if (state === 'Unknown') return 'unknown'
  if (state === 'Healthy') return 'healthy'
  if (state === 'Recovering') return distressSince === undefined ? 'unknown' : 'sick'
  return 'sick'
}

/** A cluster this busy is held back by its own limits: its load no longer tells what is asked of it. */
const SATURATED = 0.85

/** Load that came since the baseline. */
export interface LoadPoint {
  cluster: ClusterLoad
  nodes: number
  /** Cores added since the baseline. */
  added: number
  baseline: number
  heldBack: boolean
}

/** The fleet as evidence sees it, prepared once for all suspects. */
export interface FleetView {
  now: number
  clusters: readonly ClusterLoad[]
  sick: readonly ClusterLoad[]
  healthy: readonly ClusterLoad[]
  /** Clusters whose size, load and baseline are known. */
  loads: readonly LoadPoint[]
}

export function viewFleet(clusters: readonly ClusterLoad[], now: number): FleetView {
  const sick = clusters.filter(cluster => standingOf(cluster) === 'sick')
  return {
    now,
    clusters,
    sick,
    healthy: clusters.filter(cluster => standingOf(cluster) === 'healthy'),
    loads: clusters.flatMap(loadPoint),
  }
}

function loadPoint(cluster: ClusterLoad): LoadPoint[] {
  const { nodes, coresNow, coresBaseline: baseline } = cluster
  if (nodes === undefined || !(nodes >= 1) || coresNow === undefined || baseline === undefined) return []
  const added = coresNow - baseline
  return Number.isFinite(added) ? [{ cluster, nodes, added, baseline, heldBack: isHeldBack(cluster) }] : []
}

function isHeldBack(cluster: ClusterLoad): boolean {
  const strained = cluster.state === 'Strained' && cluster.utilisation !== undefined
  if (standingOf(cluster) !== 'healthy' && !strained) return true
  return (cluster.utilisation ?? 0) > SATURATED
}
