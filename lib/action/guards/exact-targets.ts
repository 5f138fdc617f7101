import { counted, type Guard } from './guard'

/** Every write names one object by its uid, or pods by a selector of their own. */
export const exactTargets: Guard = ({ plan }) => {
  const guard = 'scope.exact-targets'
  const { kind, namespace, name } = plan.request.target
  if (plan.targets.length === 0) {
    return {
      guard,
      verdict: 'block',
      text: `No cluster is known to carry ${kind} ${namespace}/${name}. Check kind, namespace and name, or name the clusters.`,
    }
  }
  const vague = plan.targets.filter(target =>
    target.steps.some(step => step.kind !== 'delete-pods' && !step.object.uid),
  )
  if (vague.length > 0) {
    return {
      guard,
      verdict: 'block',
      text: `${counted(vague.length, 'target')} without a uid: such a delete could hit an object that nobody looked at. Plan again once the cluster was listed.`,
    }
  }
  return { guard, verdict: 'pass', text: `${counted(plan.targets.length, 'target')}, each by its uid.` }
}
