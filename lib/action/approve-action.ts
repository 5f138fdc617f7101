import { type GuardRefusal, HoldfastError } from '../errors'
import { type ActionContext, findAction } from './action-context'
import { type Approval, isSameHuman, isSamePerson, notSecond, SECOND_PERSON } from './approval'
import { armAction } from './arm-action'
import { judgeAction, judgeUndo, refused } from './judge-action'
import type { ApprovalAnswer, Override } from './parse-answer'
import type { Actor } from './ports'
import type { ActionRow } from './store'
import { armAskedUndo } from './undo-action'

/** Refused once it was answered: an answer counts once. */
export const ANSWERED_ONCE = 'approval.once'

/**
 * The second person says yes to exactly this digest; every guard is asked again, then it is armed.
 * @throws HoldfastError `not-found`, `conflict` when nobody is asked any more, `blocked-by-guard` for the one who asked,
 * for a token, for another digest, and with all that guards refuse; both with `blockedBy`; `unavailable`
 */
export async function approveAction(
  context: ActionContext,
  id: string,
  given: ApprovalAnswer,
  actor: Actor,
): Promise<ActionRow> {
  const { action, approval } = await findAwaiting(context, id)
  const refusals = personRefusals(notSecond(actor))
  const { askedBy, askedAs } = approval
  if (isSameHuman(actor, { name: askedBy, identities: askedAs })) {
    const also = isSamePerson(actor.name, askedBy)
      ? ''
      : `, and ${actor.name} is the same person by e-mail address or account`
    const reason = `${askedBy} asked for it${also}, and cannot be the second person too.`
    refusals.push({ guard: SECOND_PERSON, reason })
  }
  return answerAndArm(context, action, approval, { kind: 'approved', ...given }, refusals, actor)
}

/**
 * Arms it without a second person, once nobody has answered for the policy's time. Whether the actor may command is
 * decided by the caller. It is alarmed, and stays to be reviewed by somebody else.
 * @throws HoldfastError as `approveAction`, and `blocked-by-guard` while there is still time to answer
 */
export async function overrideApproval(
  context: ActionContext,
  id: string,
  given: Override,
  actor: Actor,
): Promise<ActionRow> {
  const { action, approval } = await findAwaiting(context, id)
  // To override is to be alone: only a program may not.
  const refusals = personRefusals(notSecond({ ...actor, breakGlass: false }))
  const leftMs = approval.overrideAt - context.people.now()
  if (leftMs > 0) {
    const reason = `A second person still has ${Math.ceil(leftMs / 1000)} s to answer.`
    refusals.push({ guard: SECOND_PERSON, reason })
  }
  return answerAndArm(context, action, approval, { kind: 'overridden', ...given }, refusals, actor)
}

/** @throws HoldfastError `not-found`, `conflict` with what became of it in `blockedBy` */
export async function findAwaiting(
  context: ActionContext,
  id: string,
): Promise<{ action: ActionRow; approval: Approval }> {
  const action = await findAction(context.store, id)
  const { approval, state } = action
  if (state === 'awaiting' && approval) return { action, approval }
  const reason = approval?.answer
    ? `${approval.answer.by} answered already: ${approval.answer.kind}. An answer counts once.`
    : `Nobody is asked for a second person's answer: the action is ${state}.`
  throw new HoldfastError('conflict', reason, {
    blockedBy: [{ guard: ANSWERED_ONCE, reason }],
    hint: 'Look at the action.',
  })
}

function personRefusals(reason: string | undefined): GuardRefusal[] {
  return reason === undefined ? [] : [{ guard: SECOND_PERSON, reason }]
}

async function answerAndArm(
  context: ActionContext,
  action: ActionRow,
  asked: Approval,
  { kind, digest, reason }: { kind: 'approved' | 'overridden'; digest: string; reason: string },
  refusals: GuardRefusal[],
  actor: Actor,
): Promise<ActionRow> {
  const answer = { kind, by: actor.name, as: actor.identities, at: context.people.now(), reason }
  const approval: Approval = { ...asked, answer }
  const judged = action.undoOf
    ? await judgeUndo(context, action, digest)
    : await judgeAction(context, action, { digest, reason: asked.reason, approvers: [], approval })
  const all = [...refusals, ...judged.refusals]
  if (all.length > 0) throw await refused(context, action, all, actor)
  const arm = action.undoOf ? armAskedUndo : armAction
  return arm(context, action, {
    actor,
    reason: reason || asked.reason,
    verb: kind === 'approved' ? 'action.approved' : 'action.overridden',
    verdicts: judged.verdicts,
    approval,
  })
}
