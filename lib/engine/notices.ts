import type { BreakGlassCode } from '../access/types'
import type { NoticeDto } from '../wire/stream'
import type { DatabaseState } from './database-standing'
import { iso } from './dto/times'

/** Simulated or real milliseconds behind which people are told. */
const BEHIND_MS = 2_000

export interface OwnState {
  database: DatabaseState
  /** Timeline lines that could not be kept. */
  lostLines: number
  behindMs: number
  simulated: boolean
  /** Uses of break-glass codes that nobody has reviewed. */
  brokenGlass: readonly BreakGlassCode[]
}

/** Trouble of Holdfast itself, in words that say what still works and what to do. */
export function noticesOf({ database, lostLines, behindMs, simulated, brokenGlass }: OwnState): NoticeDto[] {
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
  for (const { usedBy, usedAt = 0, reason } of brokenGlass)
    notices.push({
      code: 'access.break-glass',
      severity: 'warn',
      text: `${usedBy} signed in through broken glass on ${spoken(usedAt)}: ${reason}. Another commander or administrator must review it in the settings.`,
    })
  return notices
}

/** Real time, which the fleet's need not be. */
function spoken(at: number): string {
  return `${iso(at).slice(0, 16).replace('T', ' at ')} UTC`
}
