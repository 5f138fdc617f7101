import { HoldfastError } from '../errors'
import { type ActionContext, findAction, stored } from './action-context'
import { isSameHuman, isToReview, notSecond, SECOND_PERSON } from './approval'
import { refused } from './judge-action'
import type { Actor } from './ports'
import { type ActionRow, summaryOf } from './store'

/**
 * Somebody looks at what went out without a second person, and says what they found. Until then it stands on
 * everybody's screen.
 * @throws HoldfastError `not-found`, `conflict` when there is nothing to review, `blocked-by-guard` for a token and for
 * the one who overrode, `unavailable`
 */
export async function reviewOverride(
  context: ActionContext,
  id: string,
  { note }: { note: string },
  actor: Actor,
): Promise<ActionRow> {
  const { clock, people, store } = context
  const action = await findAction(store, id)
  const { approval, state } = action
  if (!approval?.answer || !isToReview(action)) {
    throw new HoldfastError(
      'conflict',
      'There is nothing to review: no guard was overridden, or it was reviewed.',
    )
  }
  if (
    notSecond(actor) !== undefined ||
    isSameHuman(actor, { name: approval.answer.by, identities: approval.answer.as })
  ) {
    const reason = `${approval.answer.by} overrode the guard: another person reviews that, in a session.`
    throw await refused(context, action, [{ guard: SECOND_PERSON, reason }], actor)
  }
  const set = { approval: { ...approval, review: { by: actor.name, at: people.now(), note } } }
  const audit = {
    at: clock.now(),
    actor: actor.name,
    verb: 'action.reviewed',
    subject: `action/${id}`,
    detail: { overriddenBy: approval.answer.by, note },
  }
  if (!(await stored(store.changeAction({ id, from: [state], set, audit })))) {
    throw new HoldfastError('conflict', 'The action moved on at the same moment. Try again.')
  }
  const reviewed = { ...action, ...set }
  context.onAction(summaryOf(reviewed))
  return reviewed
}
