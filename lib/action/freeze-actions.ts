import { HoldfastError } from '../errors'
import { abortAction } from './abort-action'
import { type ActionContext, stored } from './action-context'
import type { Actor } from './ports'
import { FREEZE_SUBJECT } from './store'

/**
 * Stops all arming at once, everywhere, until it is thawed: running actions drain, confirmations and undos are
 * refused. The audit's newest entry of the subject is the state, so that it outlives the process.
 * @throws HoldfastError `unavailable`
 */
export async function freezeActions(context: ActionContext, actor: Actor): Promise<void> {
  const { clock, store } = context
  await stored(
    store.appendAudit({
      at: clock.now(),
      actor: actor.name,
      verb: 'actions.frozen',
      subject: FREEZE_SUBJECT,
      detail: {},
    }),
  )
  for (const action of await stored(store.listActionsIn(['running']))) {
    await abortAction(context, action.id, actor, 'frozen').catch(error => {
      // It ended, or was aborted, at the same moment: the others must still be stopped.
      if (!(error instanceof HoldfastError) || error.code !== 'conflict') throw error
    })
  }
}

/** @throws HoldfastError `unavailable` */
export async function thawActions({ clock, store }: ActionContext, actor: Actor): Promise<void> {
  const verb = 'actions.thawed'
  await stored(
    store.appendAudit({ at: clock.now(), actor: actor.name, verb, subject: FREEZE_SUBJECT, detail: {} }),
  )
}
