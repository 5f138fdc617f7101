import type { SessionDto } from '../wire/access'
import type { ActionSummaryDto } from '../wire/actions'

/** What somebody can do about an action that waits for a second person, or for a review. */
export type Turn = 'approve' | 'withdraw' | 'review' | 'none'

const plainName = (name: string) => name.normalize('NFKC').trim().toLowerCase()
const isSame = (a: string, b: string) => plainName(a) === plainName(b)

/** The server decides; this only tells which buttons make sense. */
export function turnOf({ state, approval }: ActionSummaryDto, session: SessionDto | null | undefined): Turn {
  if (!session || session.role === 'viewer' || !approval) return 'none'
  if (state === 'awaiting') return isSame(approval.askedBy, session.name) ? 'withdraw' : 'approve'
  const isOverridden = approval.answer?.kind === 'overridden' && approval.review === null
  return isOverridden && !isSame(approval.answer?.by ?? '', session.name) ? 'review' : 'none'
}

/** Those whose next step is this person's, the longest asked first. */
export function waitingFor(
  actions: readonly ActionSummaryDto[],
  session: SessionDto | null | undefined,
): ActionSummaryDto[] {
  return actions
    .filter(action => ['approve', 'review'].includes(turnOf(action, session)))
    .sort((a, b) => (a.approval?.askedAt ?? '').localeCompare(b.approval?.askedAt ?? ''))
}

/** Whether this person may arm it without a second person at this moment. */
export function mayOverride(
  { state, approval }: ActionSummaryDto,
  session: SessionDto | null | undefined,
  realNow: number | null,
): boolean {
  const commands = session?.role === 'commander' || session?.role === 'administrator'
  return (
    commands &&
    state === 'awaiting' &&
    approval !== null &&
    realNow !== null &&
    realNow >= Date.parse(approval.overrideAt)
  )
}
