import { counted, type Guard } from './guard'

/** A landed delete alone changes nothing where nobody collects the pods: rights or pods must go too. */
export const effectExpected: Guard = ({ plan }) => {
  const guard = 'effect.expected'
  if (plan.request.kind !== 'remove-service') return undefined
  const weak = plan.targets.filter(target => target.steps.every(step => step.kind === 'delete-workload'))
  if (weak.length === 0) {
    return {
      guard,
      verdict: 'pass',
      text: 'Rights or pods go too, so callers fall silent without the controller manager.',
    }
  }
  return {
    guard,
    verdict: 'warn',
    text: `On ${counted(weak.length, 'target')} only the workload itself can be deleted. Where the controller manager is down its pods, and their calls, go on: cut node access there if it does not recover.`,
  }
}
