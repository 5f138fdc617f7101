import { HoldfastError } from '../errors'
import { type ActionContext, stored } from './action-context'
import type { Approval } from './approval'
import { shotsOf } from './arm-shots'
import type { Actor } from './ports'
import { type ActionRow, summaryOf } from './store'
import type { GuardVerdict } from './types'

/**
 * Makes the shots of a judged action durable, with its audit, in one transaction. Nothing is sent before that is on
 * disk, and only one of those who try at the same time succeeds.
 * @throws HoldfastError `conflict` when the action moved on meanwhile, `unavailable`
 */
export async function armAction(
  context: ActionContext,
  action: ActionRow,
  { actor, reason, verb, verdicts, approval }: ArmTerms,
): Promise<ActionRow> {
  const { clock, store, policy } = context
  const { id, plan } = action
  const now = clock.now()
  const set = {
    state: 'running' as const,
    confirmedAt: now,
    confirmedBy: actor.name,
    reason,
    // What is to end by itself is not begun any more once that would be over.
    expiresAt: now + Math.min(policy.approvalTtlMs, plan.revertAfterMs ?? Number.POSITIVE_INFINITY),
    revertsAt: plan.revertAfterMs === undefined ? undefined : now + plan.revertAfterMs,
    approval,
  }
  const shots = shotsOf(plan, set.expiresAt, now)
  const detail = {
    digest: action.digest,
    reason,
    shots: shots.length,
    clusters: plan.targets.length,
    warnings: verdicts.filter(one => one.verdict === 'warn').map(one => one.guard),
    ...(approval && { askedBy: approval.askedBy }),
  }
  const audit = { at: now, actor: actor.name, verb, subject: `action/${id}`, detail }
  if (!(await stored(store.arm({ id, from: [action.state], set, audit }, shots)))) {
    throw new HoldfastError('conflict', 'Somebody else answered it at the same moment. Look again.')
  }
  const running = { ...action, ...set }
  context.onAction(summaryOf(running))
  for (const shot of shots) context.onShot(shot)
  context.wake()
  return running
}

export interface ArmTerms {
  actor: Actor
  reason: string
  /** As it stands in the audit. */
  verb: 'action.confirmed' | 'action.approved' | 'action.overridden' | 'action.unsealed'
  verdicts: readonly GuardVerdict[]
  approval?: Approval
}
