import { counted, type Guard, someOf } from './guard'

/** Clusters that were asked for, or may carry it, and cannot be part of it. */
export const lanesKnown: Guard = ({ plan }) => {
  const guard = 'lanes.known'
  if (plan.leftOut.length === 0)
    return { guard, verdict: 'pass', text: 'Every cluster asked for is part of it.' }
  const reasons = [...new Set(plan.leftOut.map(one => one.reason))]
  return {
    guard,
    verdict: 'warn',
    text: `${counted(plan.leftOut.length, 'cluster')} left out: ${someOf(plan.leftOut.map(one => one.clusterId))} (${someOf(reasons, 2)}).`,
  }
}
