import { asRecord } from '../saved-object'
import { counted, type Guard, someOf } from './guard'

/** More than half at once is a removal by another name. */
const WARN_SHARE = 0.5

/** Scaling never goes to zero, and more than halving is said loudly. */
export const scaleFloor: Guard = ({ plan }) => {
  const guard = 'scale.floor'
  const { request } = plan
  if (request.kind !== 'scale-workload' && request.kind !== 'scale-resource') return undefined
  if (request.replicas === 0) {
    return {
      guard,
      verdict: 'block',
      text: 'Scaling to 0 is a removal: use "remove service", which says so and takes its rights too, or keep at least 1.',
    }
  }
  const halved = plan.targets.filter(target => {
    const before = replicasBefore(target.steps[0]?.undo?.body)
    return before !== undefined && request.replicas < before * WARN_SHARE
  })
  if (halved.length > 0) {
    return {
      guard,
      verdict: 'warn',
      text: `On ${counted(halved.length, 'cluster')} it goes below half of what runs now: ${someOf(halved.map(one => one.clusterName))}.`,
    }
  }
  return { guard, verdict: 'pass', text: 'Nowhere does it go below half of what runs now.' }
}

/** The undo of a scale puts the present number back. */
function replicasBefore(patch: unknown): number | undefined {
  const operation = Array.isArray(patch) ? asRecord(patch.at(-1)) : {}
  return typeof operation.value === 'number' ? operation.value : undefined
}
