import type { Cluster, Lane, LaneKind } from '../fleet/types'
import type { ProbeMood } from './types'

/** Lanes of one kind, in the cluster's order. */
function lanesOf(cluster: Cluster, kind: LaneKind): Lane[] {
  return cluster.lanes.filter(lane => lane.kind === kind)
}

/** The ordinary identity; nothing else can tell whether callers are admitted. */
export function ordinaryLane(cluster: Cluster): Lane | undefined {
  return lanesOf(cluster, 'ordinary')[0]
}

/** Past the queues: the balanced address first, since a direct one tells of one API server only. */
export function exemptLane(cluster: Cluster, turn: number): Lane | undefined {
  return lanesOf(cluster, 'exempt')[0] ?? rotate(lanesOf(cluster, 'direct'), turn)
}

/** Each API server in turn where they have addresses of their own; else whatever is behind the balancer. */
export function eachServer(cluster: Cluster, turn: number): Lane | undefined {
  return rotate(lanesOf(cluster, 'direct'), turn) ?? cluster.lanes[0]
}

/** Scrapes one API server after another; behind a balancer past the queues only when they are in the way. */
export function metricsLane(cluster: Cluster, turn: number, mood: ProbeMood): Lane | undefined {
  return rotate(lanesOf(cluster, 'direct'), turn) ?? inventoryLane(cluster, turn, mood)
}

/** Ordinary rights are enough while all is calm; credentials past the queues are for distress. */
export function inventoryLane(cluster: Cluster, turn: number, mood: ProbeMood): Lane | undefined {
  const ordinary = ordinaryLane(cluster)
  return (
    (mood === 'distress' ? exemptLane(cluster, turn) : undefined) ?? ordinary ?? exemptLane(cluster, turn)
  )
}

export function hasDirectLanes(cluster: Cluster): boolean {
  return cluster.lanes.some(lane => lane.kind === 'direct')
}

function rotate(lanes: Lane[], turn: number): Lane | undefined {
  return lanes[turn % Math.max(1, lanes.length)]
}
