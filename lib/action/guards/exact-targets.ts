import { targetText } from '../target-text'
import type { PlannedWrite } from '../types'
import { counted, type Guard } from './guard'

/** Others make an object of the plan's own, or name pods by a selector of their own. */
const NAMES_ONE_OBJECT: readonly PlannedWrite['guard'][] = ['uid', 'test']

/** Every write to an object that is there names it by its uid. */
export const exactTargets: Guard = ({ plan }) => {
  const guard = 'scope.exact-targets'
  if (plan.targets.length === 0) {
    return {
      guard,
      verdict: 'block',
      text: `No cluster is known to carry ${targetText(plan.request.target)}. Check kind, namespace and name, or name the clusters.`,
    }
  }
  const vague = plan.targets.filter(target =>
    target.steps.some(({ write, object }) => !object.uid && NAMES_ONE_OBJECT.includes(write.guard)),
  )
  if (vague.length > 0) {
    return {
      guard,
      verdict: 'block',
      text: `${counted(vague.length, 'target')} without a uid: such a delete could hit an object that nobody looked at. Plan again once the cluster was listed.`,
    }
  }
  const isOwn = plan.targets.every(target => target.steps.every(({ write }) => write.guard === 'created'))
  const by = isOwn ? 'with objects of the plan’s own names only' : 'each by its uid'
  return { guard, verdict: 'pass', text: `${counted(plan.targets.length, 'target')}, ${by}.` }
}
