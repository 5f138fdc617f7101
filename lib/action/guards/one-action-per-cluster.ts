import { plannerOf } from '../kinds/planner-of'
import { counted, type Guard, someOf } from './guard'

/**
 * One disruptive action a cluster at a time, so that an effect has one cause. Narrow ones that are easily taken back
 * may run beside it: to mute a caller while its workload is removed is what an incident asks for.
 */
export const oneActionPerCluster: Guard = ({ plan, busyClusters }) => {
  const guard = 'cluster.one-action'
  const { kind } = plan.request
  const isDisruptive = plannerOf(kind).tier === 2
  const inTheWay = (clusterId: string) =>
    (busyClusters.get(clusterId) ?? []).filter(
      other => other.kind === kind || (isDisruptive && plannerOf(other.kind).tier === 2),
    )
  const busy = plan.targets.filter(target => inTheWay(target.clusterId).length > 0)
  if (busy.length === 0) return { guard, verdict: 'pass', text: 'No other action is in its way there.' }
  const others = [...new Set(busy.flatMap(target => inTheWay(target.clusterId).map(({ id }) => id)))]
  return {
    guard,
    verdict: 'block',
    text: `Another action (${someOf(others)}) runs on ${counted(busy.length, 'cluster')}: ${someOf(busy.map(t => t.clusterName))}. Wait for it, abort it, or leave those clusters out.`,
  }
}
