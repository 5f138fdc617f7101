import { HoldfastError } from '../errors'
import { type ActionContext, findAction, stored } from './action-context'
import type { Actor } from './ports'
import { type ActionChange, type ActionRow, type ActionSummary, summaryOf } from './store'
import type { Pause } from './types'

/**
 * Nothing more of it is begun or sent until it is resumed: requests that are under way end as they end. Survives a
 * restart. Its time to land goes on running.
 * @throws HoldfastError `not-found`, `conflict` when it does not run or is paused already, `unavailable`
 */
export async function pauseAction(context: ActionContext, id: string, actor: Actor): Promise<ActionRow> {
  const action = await runningAction(context, id)
  if (action.pause) throw new HoldfastError('conflict', `${action.pause.by} paused it already.`)
  const at = context.clock.now()
  const pause: Pause = { by: actor.name, at, reason: '', cause: 'person', clusterIds: [] }
  // Before anything else: from here on this process sends nothing more for it. Should it fail, the conductor's next
  // look at what is stored lets it go on.
  context.lander.holdAction(action.id, true)
  const audit = { at, actor: actor.name, verb: 'action.paused', subject: `action/${action.id}`, detail: {} }
  return steer(context, action, { only: 'unpaused', set: { pause }, audit })
}

/** It got worse where it landed: no further cluster before a person has looked. @returns it, when this paused it */
export async function pauseItself(
  { store, lander, onAction }: Pick<ActionContext, 'store' | 'lander' | 'onAction'>,
  action: ActionSummary,
  { reason, clusterIds }: Pick<Pause, 'reason' | 'clusterIds'>,
  at: number,
): Promise<ActionSummary | undefined> {
  const pause: Pause = { by: 'holdfast', at, cause: 'worse', reason, clusterIds }
  lander.holdAction(action.id, true)
  const audit = {
    at,
    actor: 'holdfast',
    verb: 'action.paused',
    subject: `action/${action.id}`,
    detail: { reason, clusterIds },
  }
  const change = {
    id: action.id,
    from: ['running' as const],
    only: 'unpaused' as const,
    set: { pause },
    audit,
  }
  if (!(await store.changeAction(change))) return undefined
  const paused = { ...action, pause }
  onAction(paused)
  return paused
}

/**
 * Goes on where it was. Clusters for which it had paused by itself are held against it no more: a person has looked.
 * @throws HoldfastError `not-found`, `conflict` when it is not paused, `blocked-by-guard` while actions are frozen,
 * `unavailable`
 */
export async function resumeAction(context: ActionContext, id: string, actor: Actor): Promise<ActionRow> {
  const action = await runningAction(context, id)
  if (!action.pause) throw new HoldfastError('conflict', 'The action is not paused.')
  const freeze = await stored(context.store.getFreeze())
  if (freeze?.frozen) {
    const reason = `${freeze.by} froze all actions. Thaw them first.`
    throw new HoldfastError('blocked-by-guard', reason, { blockedBy: [{ guard: 'actions.frozen', reason }] })
  }
  const { cause, clusterIds } = action.pause
  const accepted = [...new Set([...(action.accepted ?? []), ...clusterIds])]
  const audit = {
    at: context.clock.now(),
    actor: actor.name,
    verb: 'action.resumed',
    subject: `action/${action.id}`,
    detail: { cause, accepted: clusterIds },
  }
  const resumed = await steer(context, action, { only: 'paused', set: { pause: null, accepted }, audit })
  context.lander.holdAction(action.id, false)
  context.lander.nudge()
  return resumed
}

/** The action itself, or its undo where that is what runs. @throws HoldfastError `not-found`, `conflict`, `unavailable` */
export async function runningAction({ store }: ActionContext, id: string): Promise<ActionRow> {
  const action = await findAction(store, id)
  if (action.state === 'running') return action
  const running = action.state === 'undoing' ? await stored(store.listActionsIn(['running'])) : []
  const undo = running.find(other => other.undoOf === id)
  if (undo) return findAction(store, undo.id)
  throw new HoldfastError('conflict', `The action is ${action.state}: only one that runs can be steered.`)
}

/** @throws HoldfastError `conflict` when it moved on meanwhile, `unavailable` */
export async function steer(
  context: ActionContext,
  action: ActionRow,
  change: Pick<ActionChange, 'only' | 'set' | 'audit'>,
): Promise<ActionRow> {
  const applied = await stored(context.store.changeAction({ id: action.id, from: ['running'], ...change }))
  if (!applied) throw new HoldfastError('conflict', 'The action moved on at the same moment. Look again.')
  const { pause = action.pause, ...set } = change.set
  const steered: ActionRow = { ...action, ...set, pause: pause ?? undefined }
  context.onAction(summaryOf(steered))
  context.wake()
  return steered
}
