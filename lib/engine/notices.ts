import type { NoticeDto } from '../wire/stream'

/** Simulated or real milliseconds behind which people are told. */
const BEHIND_MS = 2_000

export interface OwnState {
  databaseUp: boolean
  /** Timeline lines that could not be kept. */
  lostLines: number
  behindMs: number
  simulated: boolean
}

/** Trouble of Holdfast itself, in words that say what still works and what to do. */
export function noticesOf({ databaseUp, lostLines, behindMs, simulated }: OwnState): NoticeDto[] {
  const notices: NoticeDto[] = []
  if (!databaseUp)
    notices.push({
      code: 'database.away',
      severity: 'critical',
      text: 'The database is away. What you see is live; history is not written and new actions are refused until it is back.',
    })
  if (lostLines > 0)
    notices.push({
      code: 'history.lost',
      severity: 'warn',
      text: `${lostLines} timeline lines could not be kept while the database was away.`,
    })
  if (behindMs > BEHIND_MS)
    notices.push({
      code: 'watch.behind',
      severity: 'warn',
      text: `Holdfast cannot keep up: it is ${Math.round(behindMs / 1000)} s behind. ${simulated ? 'Lower the speed of the simulation.' : 'Give it more CPU.'}`,
    })
  return notices
}
