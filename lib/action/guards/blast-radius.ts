import { fleetShare } from './fleet-share'
import { counted, type Guard } from './guard'

/** How much of the fleet the action touches, by clusters and by nodes. */
export const blastRadius: Guard = ({ plan, fleet, policy }) => {
  const { clusters, nodes } = plan.blastRadius
  const share = fleetShare(plan, fleet)
  const percent = `${Math.round(share * 100)} %`
  const what = `${counted(clusters, 'cluster')} of ${fleet.length} and ${counted(nodes, 'node')}: ${percent} of the fleet`
  const guard = 'blast-radius'
  if (share > policy.maxFleetShare) {
    return {
      guard,
      verdict: 'block',
      text: `It touches ${what}; at most ${Math.round(policy.maxFleetShare * 100)} % is allowed (\`policy.maxFleetShare\`). Name fewer clusters.`,
    }
  }
  if (share > policy.warnFleetShare) {
    return {
      guard,
      verdict: 'warn',
      text: `It touches ${what}. It goes out in waves (one canary, 5 %, all) and can be aborted between them.`,
    }
  }
  return { guard, verdict: 'pass', text: `It touches ${what}.` }
}
