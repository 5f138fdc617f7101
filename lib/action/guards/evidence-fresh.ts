import { ago, counted, type Guard, someOf } from './guard'

/** Nobody removes things from clusters that nobody watches. */
export const evidenceFresh: Guard = ({ plan, fleet, policy, now }) => {
  const seen = new Map(fleet.map(facts => [facts.cluster.id, facts.evidenceAt]))
  const stale = plan.targets.filter(target => {
    const at = seen.get(target.clusterId)
    return at === undefined || now - at > policy.evidenceMaxAgeMs
  })
  const guard = 'evidence.fresh'
  if (plan.targets.length > 0 && stale.length === plan.targets.length) {
    return {
      guard,
      verdict: 'block',
      text: `No target was observed within ${ago(policy.evidenceMaxAgeMs)}. Check that Holdfast still probes (its own health page), then plan again.`,
    }
  }
  if (stale.length > 0) {
    return {
      guard,
      verdict: 'warn',
      text: `${counted(stale.length, 'target')} not observed within ${ago(policy.evidenceMaxAgeMs)}: ${someOf(stale.map(t => t.clusterName))}. Their state may have changed.`,
    }
  }
  return { guard, verdict: 'pass', text: `Every target was observed within ${ago(policy.evidenceMaxAgeMs)}.` }
}
