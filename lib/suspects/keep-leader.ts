import type { SuspectReport } from './types'

/** Another must lead by this factor to take the lead. */
const CLEARLY = 1.5

/**
 * Keeps who led before in the lead while nobody is clearly ahead: evidence wavers while a fix lands, and a name that
 * flips for seconds sends people the wrong way.
 */
export function keepLeader(report: SuspectReport, leaderBefore: string | undefined): SuspectReport {
  const [first] = report.suspects
  const before = report.suspects.find(suspect => suspect.id === leaderBefore)
  if (!first || !before || first === before || first.score >= before.score * CLEARLY) return report
  return { ...report, suspects: [before, ...report.suspects.filter(suspect => suspect !== before)] }
}
