import { ago, counted, type Guard, someOf } from './guard'

/** A snapshot of yesterday hardly tells what runs today. */
export const snapshotAge: Guard = ({ plan, policy, now }) => {
  const guard = 'snapshot.age'
  const old = plan.targets.filter(
    ({ verification }) => verification.kind === 'snapshot' && now - verification.at > policy.snapshotMaxAgeMs,
  )
  if (old.length === 0)
    return { guard, verdict: 'pass', text: `No snapshot is older than ${ago(policy.snapshotMaxAgeMs)}.` }
  return {
    guard,
    verdict: 'warn',
    text: `${counted(old.length, 'target')} last seen more than ${ago(policy.snapshotMaxAgeMs)} ago: ${someOf(old.map(t => t.clusterName))}. Expect some to end as superseded.`,
  }
}
