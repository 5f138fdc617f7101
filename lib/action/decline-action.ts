import { HoldfastError } from '../errors'
import { type ActionContext, stored } from './action-context'
import { type Approval, isSameHuman } from './approval'
import { findAwaiting } from './approve-action'
import type { Actor } from './ports'
import { type ActionRow, summaryOf } from './store'

/**
 * Ends the wait for a second person without arming: declined by another, withdrawn by the one who asked.
 * @throws HoldfastError `not-found`, `conflict` when nobody is asked any more, `unavailable`
 */
export async function declineAction(
  context: ActionContext,
  id: string,
  { reason }: { reason: string },
  actor: Actor,
): Promise<ActionRow> {
  const { clock, people, store } = context
  const { action, approval } = await findAwaiting(context, id)
  const { askedBy, askedAs } = approval
  const kind = isSameHuman(actor, { name: askedBy, identities: askedAs }) ? 'withdrawn' : 'declined'
  const answered: Approval = { ...approval, answer: { kind, by: actor.name, at: people.now(), reason } }
  const set = { state: 'aborted' as const, approval: answered }
  const audit = {
    at: clock.now(),
    actor: actor.name,
    verb: `action.${kind}`,
    subject: `action/${id}`,
    detail: { digest: action.digest, reason },
  }
  if (!(await stored(store.changeAction({ id, from: ['awaiting'], set, audit })))) {
    throw new HoldfastError('conflict', 'Somebody else answered it at the same moment. Look again.')
  }
  const declined = { ...action, ...set }
  context.onAction(summaryOf(declined))
  return declined
}
