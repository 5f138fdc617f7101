import { HoldfastError } from '../errors'
import { type ActionContext, findAction } from './action-context'
import type { Approval } from './approval'
import { armAction } from './arm-action'
import { judgeAction, refused } from './judge-action'
import type { Actor } from './ports'
import type { ActionRow } from './store'

/**
 * Arms a fresh plan that a second person approved ahead, within a scope that the caller has checked. Every guard is
 * asked as for any confirmation; `spend` is called last, and what it throws arms nothing.
 * @throws HoldfastError `not-found`, `conflict`, `blocked-by-guard` with every refusal, `unavailable`
 */
export async function armApproved(
  context: ActionContext,
  id: string,
  { approval, spend }: { approval: Approval; spend: () => Promise<void> },
  actor: Actor,
): Promise<ActionRow> {
  const action = await findAction(context.store, id)
  if (action.state !== 'planned')
    throw new HoldfastError('conflict', `The action is ${action.state} already.`, { hint: 'Look at it.' })
  const { digest } = action
  const { reason } = approval
  const { refusals, verdicts } = await judgeAction(context, action, {
    digest,
    reason,
    approvers: [],
    approval,
  })
  if (refusals.length > 0) throw await refused(context, action, refusals, actor)
  await spend()
  return armAction(context, action, { actor, reason, verb: 'action.unsealed', verdicts, approval })
}
