import type { GuardRefusal } from '../errors'
import { HoldfastError } from '../errors'
import { type ActionContext, busyClusters, stored } from './action-context'
import type { Approval } from './approval'
import { evaluateGuards } from './guards/evaluate-guards'
import { lapsed } from './lapse-action'
import { planDigest } from './plan-action'
import type { Actor } from './ports'
import type { ActionRow } from './store'
import type { GuardVerdict } from './types'

interface Judgement {
  /** What is in the way, with the freeze and a plan that is not the one meant. */
  refusals: GuardRefusal[]
  verdicts: GuardVerdict[]
}

/** Asks every guard again with what is known now: a plan was sound when it was made, which may be minutes ago. */
export async function judgeAction(
  context: ActionContext,
  action: ActionRow,
  given: { digest: string; reason: string; approvers: readonly string[]; approval?: Approval },
): Promise<Judgement> {
  const { clock, people, store, policy, source } = context
  const refusals = digestRefusals(action, given.digest)
  refusals.push(...(await freezeRefusals(store)))
  const verdicts = evaluateGuards({
    plan: { ...action.plan, request: { ...action.plan.request, reason: given.reason } },
    fleet: source.clusters(),
    policy,
    now: clock.now(),
    peopleNow: people.now(),
    busyClusters: await busyClusters(store),
    approvers: given.approvers,
    approval: given.approval,
    incident: source.incident?.(),
  })
  for (const { guard, verdict, text } of verdicts) {
    if (verdict === 'block') refusals.push({ guard, reason: text })
  }
  return { refusals, verdicts }
}

/** What stands against an undo that was asked for: a freeze, another digest, or too long a wait. */
export async function judgeUndo(
  context: ActionContext,
  action: ActionRow,
  digest: string,
): Promise<Judgement> {
  const { people, store } = context
  const refusals = digestRefusals(action, digest)
  refusals.push(...(await freezeRefusals(store)))
  if (lapsed(action, people.now()).state === 'expired')
    refusals.push({ guard: 'plan.fresh', reason: 'It waited too long. Ask for the undo again.' })
  return { refusals, verdicts: [] }
}

/** @throws HoldfastError `unavailable` */
export async function freezeRefusals(store: ActionContext['store']): Promise<GuardRefusal[]> {
  const freeze = await stored(store.getFreeze())
  if (!freeze?.frozen) return []
  return [{ guard: 'actions.frozen', reason: `${freeze.by} froze all actions. Thaw them first.` }]
}

function digestRefusals(action: ActionRow, digest: string): GuardRefusal[] {
  if (digest !== action.digest) {
    const reason = 'This is not the plan that you looked at. Open it again and compare.'
    return [{ guard: 'plan.digest', reason }]
  }
  if (planDigest(action.plan) !== action.digest) {
    const reason = 'The plan is not what its digest was made of: it was changed since. Plan again.'
    return [{ guard: 'plan.digest', reason }]
  }
  return []
}

/** Keeps a refusal in the audit. @returns the error to throw */
export async function refused(
  { clock, store }: ActionContext,
  action: ActionRow,
  blockedBy: GuardRefusal[],
  actor: Actor,
): Promise<HoldfastError> {
  await stored(
    store.appendAudit({
      at: clock.now(),
      actor: actor.name,
      verb: 'action.refused',
      subject: `action/${action.id}`,
      detail: { blockedBy },
    }),
  )
  return new HoldfastError('blocked-by-guard', blockedBy.map(one => one.reason).join(' '), { blockedBy })
}
