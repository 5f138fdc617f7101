import { HoldfastError } from '../errors'
import { type ActionContext, findAction, stored } from './action-context'
import { shotsOf } from './arm-shots'
import { planUndo } from './plan-undo'
import type { Actor } from './ports'
import { isOpen } from './shot-machine'
import { type ActionRow, summaryOf } from './store'

/**
 * Puts back what an action took away, as an action of its own with the same waves. Only once every shot of the
 * original is settled: a late copy of a removal must not meet the restored object.
 * @returns the new action
 * @throws HoldfastError `not-found`, `conflict` while shots are open or when it is undone already, `blocked-by-guard`
 * while actions are frozen, `unavailable`
 */
export async function undoAction(context: ActionContext, id: string, actor: Actor): Promise<ActionRow> {
  const { clock, store, policy } = context
  const original = await findAction(store, id)
  if (original.undoOf) {
    throw new HoldfastError('conflict', 'This action is an undo itself.', { hint: 'Plan the action anew.' })
  }
  const shots = await stored(store.listShots(id, true))
  const open = shots.filter(shot => isOpen(shot.state)).length
  if (open > 0) {
    throw new HoldfastError('conflict', `${open} of its ${shots.length} shots are not settled yet.`, {
      hint: 'Abort it first; what is under way settles within about 75 seconds.',
    })
  }
  const from = ['running', 'finished', 'aborted', 'expired'] as const
  if (!from.some(state => state === original.state)) {
    throw new HoldfastError('conflict', `The action is ${original.state}: there is nothing to undo now.`)
  }
  const freeze = await stored(store.getFreeze())
  if (freeze?.frozen) {
    const reason = `${freeze.by} froze all actions. Thaw them first.`
    throw new HoldfastError('blocked-by-guard', reason, { blockedBy: [{ guard: 'actions.frozen', reason }] })
  }
  const now = clock.now()
  const plan = planUndo(original, shots, policy.approvalTtlMs, now)
  if (plan.targets.length === 0) {
    throw new HoldfastError('conflict', 'Nothing that landed can be put back: no object was saved.', {
      hint: 'Roll the service out again from its manifest.',
    })
  }
  const undo: ActionRow = {
    id: plan.id,
    kind: original.kind,
    state: 'running',
    plan,
    digest: plan.digest,
    by: actor.name,
    reason: `Undo of ${id}`,
    plannedAt: now,
    confirmedAt: now,
    confirmedBy: actor.name,
    expiresAt: plan.expiresAt,
    undoOf: id,
  }
  const undoShots = shotsOf(plan, plan.expiresAt, now)
  const detail = { original: id, digest: plan.digest, shots: undoShots.length, clusters: plan.targets.length }
  const audit = { at: now, actor: actor.name, verb: 'action.undo', subject: `action/${undo.id}`, detail }
  const armed = await stored(
    store.armUndo(
      {
        id,
        from: [...from],
        set: { state: 'undoing' },
        audit: {
          at: now,
          actor: actor.name,
          verb: 'action.undoing',
          subject: `action/${id}`,
          detail: { undo: undo.id },
        },
      },
      undo,
      undoShots,
      audit,
    ),
  )
  if (!armed) throw new HoldfastError('conflict', 'Somebody else began to undo it at the same moment.')
  context.onAction(summaryOf({ ...original, state: 'undoing' }))
  context.onAction(summaryOf(undo))
  for (const shot of undoShots) context.onShot(shot)
  context.wake()
  return undo
}
