import { counted, type Guard, someOf } from './guard'

/** Before flowcontrol v1 a level cannot have nought shares: what is muted still gets some seats. */
export const muteLeaks: Guard = ({ plan }) => {
  const guard = 'mute.leaks'
  if (plan.request.kind !== 'mute-caller') return undefined
  const leaky = plan.targets.filter(target =>
    target.steps.some(step => step.kind === 'create-level' && !step.write.path.includes('/v1/')),
  )
  if (leaky.length === 0)
    return { guard, verdict: 'pass', text: 'Every target can express nought seats (flowcontrol v1).' }
  return {
    guard,
    verdict: 'warn',
    text: `${counted(leaky.length, 'cluster')} before Kubernetes 1.29 keep at least one share for the caller: ${someOf(leaky.map(one => one.clusterName))}. Revoke its rights there as well.`,
  }
}
