import { type GuardRefusal, HoldfastError } from '../errors'
import { type ActionContext, findAction, stored } from './action-context'
import { approvalAskedBy, wantsSecondPerson } from './approval'
import { armAction } from './arm-action'
import { judgeAction, refused } from './judge-action'
import { plannerOf } from './kinds/planner-of'
import type { Confirmation } from './parse-request'
import type { Actor } from './ports'
import { type ActionRow, summaryOf } from './store'

/**
 * One person says yes: checks that exactly this plan is meant, and asks every guard again with what is known now.
 * Then it is armed, or, where the policy wants a second person and there is one, it waits for that one's answer.
 * @returns the action, `running` or `awaiting`
 * @throws HoldfastError `not-found`, `conflict` when it was confirmed or aborted already, `blocked-by-guard` with every
 * refusal in `blockedBy`, `unavailable` when the database is away
 */
export async function confirmAction(
  context: ActionContext,
  id: string,
  given: Confirmation,
  actor: Actor,
): Promise<ActionRow> {
  const action = await findAction(context.store, id)
  if (action.state !== 'planned') {
    throw new HoldfastError('conflict', `The action is ${action.state} already.`, {
      hint: action.state === 'awaiting' ? 'Another person approves it.' : 'Look at it, or plan anew.',
    })
  }
  const approvers = await stored(context.approvers(actor))
  const { digest, reason } = given
  const { refusals, verdicts } = await judgeAction(context, action, { digest, reason, approvers })
  refusals.push(...nameRefusals(action, given))
  if (refusals.length > 0) throw await refused(context, action, refusals, actor)
  const isAsked =
    approvers.length > 0 && wantsSecondPerson(context.policy, plannerOf(action.plan.request.kind).tier)
  return isAsked
    ? askSecondPerson(context, action, reason, actor)
    : armAction(context, action, { actor, reason, verb: 'action.confirmed', verdicts })
}

function nameRefusals(action: ActionRow, given: Confirmation): GuardRefusal[] {
  const { name } = action.plan.request.target
  if (given.typedName === name) return []
  return [{ guard: 'confirm.typed-name', reason: `Type the name of the target exactly: ${name}.` }]
}

async function askSecondPerson(
  context: ActionContext,
  action: ActionRow,
  reason: string,
  actor: Actor,
): Promise<ActionRow> {
  const { clock, people, store, policy } = context
  const approval = approvalAskedBy(actor, reason, people.now(), policy)
  const set = { state: 'awaiting' as const, approval }
  const audit = {
    at: clock.now(),
    actor: actor.name,
    verb: 'action.approval-asked',
    subject: `action/${action.id}`,
    detail: { digest: action.digest, reason },
  }
  if (!(await stored(store.changeAction({ id: action.id, from: ['planned'], set, audit })))) {
    throw new HoldfastError('conflict', 'Somebody else confirmed or aborted it at the same moment.')
  }
  const awaiting = { ...action, ...set }
  context.onAction(summaryOf(awaiting))
  return awaiting
}
