import type { ClusterFacts } from '../ports'
import type { ActionPlan } from '../types'

/** How much of the fleet a plan touches, 0 to 1: by clusters or by nodes, whichever is more. */
export function fleetShare(
  { blastRadius: { clusters, nodes } }: Pick<ActionPlan, 'blastRadius'>,
  fleet: readonly ClusterFacts[],
): number {
  const allNodes = fleet.reduce((sum, facts) => sum + facts.nodes, 0)
  return Math.max(clusters / Math.max(1, fleet.length), allNodes > 0 ? nodes / allNodes : 0)
}
