import { counted, type Guard, someOf } from './guard'

/** One disruptive action a cluster at a time, so that an effect has one cause. */
export const oneActionPerCluster: Guard = ({ plan, busyClusters }) => {
  const guard = 'cluster.one-action'
  const busy = plan.targets.filter(target => busyClusters.has(target.clusterId))
  if (busy.length === 0) return { guard, verdict: 'pass', text: 'No other action runs on these clusters.' }
  const others = [...new Set(busy.map(target => busyClusters.get(target.clusterId) ?? ''))]
  return {
    guard,
    verdict: 'block',
    text: `Another action (${someOf(others)}) runs on ${counted(busy.length, 'cluster')}: ${someOf(busy.map(t => t.clusterName))}. Wait for it, abort it, or leave those clusters out.`,
  }
}
