import { ago, counted, type Guard } from './guard'

/** Where the API server could not be asked, the plan rests on what was last seen there. */
export const dryRunVerified: Guard = ({ plan, now }) => {
  const guard = 'dryrun.unverified'
  const ages = plan.targets.flatMap(({ verification }) =>
    verification.kind === 'snapshot' ? [now - verification.at] : [],
  )
  if (ages.length === 0) return { guard, verdict: 'pass', text: 'A dry run on every target passed.' }
  return {
    guard,
    verdict: 'warn',
    text: `${counted(ages.length, 'target')} of ${plan.targets.length} could not be verified by a dry run and rest on a snapshot, the oldest ${ago(Math.max(...ages))} old. The uid in each write keeps a changed object safe.`,
  }
}
