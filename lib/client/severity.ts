import type { ControlPlaneStateDto, FleetClusterDto } from '../wire/fleet'

/** Worst first; `Unknown` stands between trouble and health, since it is never counted as good. */
const ORDER: readonly ControlPlaneStateDto[] = [
  'Dark',
  'LockedOut',
  'Overloaded',
  'Strained',
  'Recovering',
  'Unknown',
  'Healthy',
]

/** Clusters by how much they need somebody: state, then the shorter fuse, then the size, then the name. */
export function byWorst(a: FleetClusterDto, b: FleetClusterDto): number {
  return (
    ORDER.indexOf(a.controlPlane.state) - ORDER.indexOf(b.controlPlane.state) ||
    fuseEnd(a) - fuseEnd(b) ||
    (b.nodes ?? 0) - (a.nodes ?? 0) ||
    (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  )
}

function fuseEnd(cluster: FleetClusterDto): number {
  return cluster.dataPlane.dryAt ? Date.parse(cluster.dataPlane.dryAt) : Number.MAX_SAFE_INTEGER
}

/** Whether ordinary callers are shut out: what the map counts as lost. */
export function isLost(state: ControlPlaneStateDto): boolean {
  return state === 'Dark' || state === 'LockedOut'
}

export function countStates(clusters: readonly FleetClusterDto[]): Record<ControlPlaneStateDto, number> {
  const counts = { Dark: 0, LockedOut: 0, Overloaded: 0, Strained: 0, Healthy: 0, Recovering: 0, Unknown: 0 }
  for (const cluster of clusters) counts[cluster.controlPlane.state] += 1
  return counts
}
