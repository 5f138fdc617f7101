import type { ActionSummaryDto } from '@/lib/wire/actions'
import type { SuspectDto } from '@/lib/wire/suspects'

const UNDER_WAY: readonly ActionSummaryDto['state'][] = ['running', 'aborting', 'finished']

/** Whether an action that was sent, and not taken back, already removes this suspect. */
export function isRemovalOf(action: ActionSummaryDto, suspect: SuspectDto): boolean {
  const { target } = action
  return (
    action.kind === 'remove-service' &&
    action.undoOf === null &&
    UNDER_WAY.includes(action.state) &&
    target.kind === suspect.kind &&
    target.namespace === suspect.namespace &&
    target.name === suspect.name
  )
}
