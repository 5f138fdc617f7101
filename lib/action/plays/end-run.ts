import { stored } from '../action-context'
import type { Actor } from '../ports'
import { findRun, onlyOpen, type PlayContext, raced } from './play-context'
import type { PlayRun } from './types'

/**
 * Nothing more of it is offered. Its actions are not touched: what runs goes on, and can be aborted or undone.
 * @throws HoldfastError `not-found`, `conflict` when it was ended already, `unavailable`
 */
export async function endRun(context: PlayContext, runId: string, actor: Actor): Promise<PlayRun> {
  const run = await findRun(context, runId)
  onlyOpen(run)
  const endedAt = context.clock.now()
  const ended: PlayRun = { ...run, state: 'ended', endedBy: actor.name, endedAt }
  const audit = {
    at: endedAt,
    actor: actor.name,
    verb: 'play.ended',
    subject: `play/${run.id}`,
    detail: { play: run.play.id },
  }
  if (!(await stored(context.store.change(ended, audit)))) throw raced()
  context.onEvent(`Play “${run.play.title}” ended by ${actor.name}`)
  return { ...ended, version: run.version + 1 }
}
