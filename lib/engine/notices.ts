import type { NoticeDto } from '../wire/stream'
import type { DatabaseState } from './database-standing'

/** Simulated or real milliseconds behind which people are told. */
const BEHIND_MS = 2_000

export interface OwnState {
  database: DatabaseState
  /** Timeline lines that could not be kept. */
  lostLines: number
  behindMs: number
  simulated: boolean
}

/** Trouble of Holdfast itself, in words that say what still works and what to do. */
export function noticesOf({ database, lostLines, behindMs, simulated }: OwnState): NoticeDto[] {
  const notices: NoticeDto[] = []
  if (database === 'away')
    notices.push({
      code: 'database.away',
      severity: 'critical',
      text: 'The database is away. What you see is live; history is not written and new actions are refused until it is back.',
    })
  if (database === 'refusing')
    notices.push({
      code: 'database.refusing',
      severity: 'critical',
      text: 'The database does not keep what is written: its disk may be full. What you see is live; history waits and new actions may be refused. This goes once writes have worked for a minute.',
    })
  if (lostLines > 0)
    notices.push({
      code: 'history.lost',
      severity: 'warn',
      text: `${lostLines} timeline lines could not be kept while the database could not write.`,
    })
  if (behindMs > BEHIND_MS)
    notices.push({
      code: 'watch.behind',
      severity: 'warn',
      text: `Holdfast cannot keep up: it is ${Math.round(behindMs / 1000)} s behind. ${simulated ? 'Lower the speed of the simulation.' : 'Give it more CPU.'}`,
    })
  return notices
}
