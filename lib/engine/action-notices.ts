import { isToReview } from '../action/approval'
import { plannerOf } from '../action/kinds/planner-of'
import type { ActionSummary } from '../action/store'
import type { NoticeDto } from '../wire/stream'
import { iso } from './dto/times'

/** What actions have to say to everybody, until somebody does something about it. */
export function actionNotices(
  frozen: { by: string } | undefined,
  actions: readonly ActionSummary[],
): NoticeDto[] {
  const notices: NoticeDto[] = []
  if (frozen)
    notices.push({
      code: 'actions.frozen',
      severity: 'critical',
      text: `${frozen.by} froze all actions: nothing is armed, confirmed or undone until a commander thaws them.`,
    })
  for (const action of actions) {
    const { answer } = action.approval ?? {}
    if (answer && isToReview(action))
      notices.push({
        code: 'approval.overridden',
        severity: 'critical',
        text: `${plannerOf(action.kind).title(action)} went out without a second person: ${answer.by} overrode the guard approval.second-person at ${iso(answer.at).slice(11, 16)} UTC: ${answer.reason} Somebody else must review it.`,
        actionId: action.id,
      })
  }
  return notices
}
