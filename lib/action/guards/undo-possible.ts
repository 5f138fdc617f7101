import { counted, type Guard, someOf } from './guard'

/** Where no object was saved, nothing can be put back. */
export const undoPossible: Guard = ({ plan }) => {
  const guard = 'undo.possible'
  const without = plan.targets.filter(target =>
    target.steps.some(step => step.kind !== 'delete-pods' && !step.undo),
  )
  if (without.length === 0)
    return { guard, verdict: 'pass', text: 'What it changes is saved on every target.' }
  if (plan.request.kind === 'run-actuator')
    return {
      guard,
      verdict: 'warn',
      text: 'The actuator declares no undo: somebody must take it back by hand.',
    }
  return {
    guard,
    verdict: 'warn',
    text: `${counted(without.length, 'target')} cannot be undone from here, since the whole object was never read: ${someOf(without.map(t => t.clusterName))}. Keep its manifest at hand.`,
  }
}
