import { HoldfastError } from '../errors'
import { type ActionContext, findAction, stored } from './action-context'
import type { Actor } from './ports'
import { nextShot } from './shot-machine'
import { type ActionRow, summaryOf } from './store'
import type { StopReason } from './types'

/**
 * Stops an action. What was never sent ends at once; what is under way drains, may still land for a little over a
 * minute, and is then read back, so that *aborted* is only said where it is true.
 * @throws HoldfastError `not-found`, `conflict` when it has ended, `unavailable`
 */
export async function abortAction(
  context: ActionContext,
  id: string,
  actor: Actor,
  reason: StopReason = 'aborted',
): Promise<ActionRow> {
  const { clock, store, lander } = context
  const action = await findAction(store, id)
  if (action.state === 'aborting') return action
  if (action.state === 'undoing') return abortUndoOf(context, id, actor, reason)
  const isIdle = action.state === 'planned' || action.state === 'awaiting'
  if (!isIdle && action.state !== 'running') {
    throw new HoldfastError('conflict', `The action is ${action.state}: there is nothing to abort.`, {
      hint: 'Undo puts back what it took away.',
    })
  }
  const now = clock.now()
  const state = isIdle ? ('aborted' as const) : ('aborting' as const)
  // Before anything else: from here on this process sends nothing more for it.
  // Where that cannot be stored now, the conductor does it later.
  if (!isIdle) lander.stopAction(id, reason, actor.name)
  const idle = (await stored(store.listShots(id))).filter(
    shot => shot.state === 'waiting' || shot.state === 'armed',
  )
  const changes = idle.flatMap(shot => nextShot(shot, { type: 'stop', reason }, now) ?? [])
  const applied = await stored(
    store.changeAction(
      {
        id,
        from: [action.state],
        set: { state },
        audit: {
          at: now,
          actor: actor.name,
          verb: 'action.aborted',
          subject: `action/${id}`,
          detail: { reason, neverSent: idle.length },
        },
      },
      changes,
    ),
  )
  if (!applied) throw new HoldfastError('conflict', 'The action moved on at the same moment. Look again.')
  const aborted = { ...action, state }
  context.onAction(summaryOf(aborted))
  for (const shot of await stored(store.listShots(id))) context.onShot(shot)
  context.wake()
  return aborted
}

/** What runs for an action that is being undone is its undo. */
async function abortUndoOf(
  context: ActionContext,
  id: string,
  actor: Actor,
  reason: StopReason,
): Promise<ActionRow> {
  const running = await stored(context.store.listActionsIn(['running', 'aborting']))
  const undo = running.find(action => action.undoOf === id)
  if (!undo) throw new HoldfastError('conflict', 'Its undo has ended at the same moment. Look again.')
  return abortAction(context, undo.id, actor, reason)
}
