import { stored } from '../action-context'
import { judgeParts } from './judge-parts'
import { newestActions, type PlayContext } from './play-context'
import type { PlayRun } from './types'

const LOOKED_AT = 100

/**
 * Tells people once of each later part whose conditions have come to hold. It only tells: a part is planned when a
 * person asks for it, since a plan asks every cluster it means.
 */
export async function offerParts(context: PlayContext): Promise<void> {
  const runs = (await stored(context.store.list(LOOKED_AT))).filter(({ state }) => state === 'open')
  for (const run of runs) await offerOf(context, run)
}

async function offerOf(context: PlayContext, run: PlayRun): Promise<void> {
  const untold = new Set(
    run.parts.filter(one => one.offeredAt === undefined && one.actionIds.length === 0).map(({ id }) => id),
  )
  if (untold.size === 0) return
  const actions = await newestActions(context, run)
  const facts = context.facts()
  const standings = judgeParts({ play: run.play, facts, actions, peopleNow: context.peopleNow() })
  const offered = standings.filter(({ standing, part }) => standing === 'ready' && untold.has(part.id))
  if (offered.length === 0) return
  const at = context.clock.now()
  const ids = offered.map(({ part }) => part.id)
  const parts = run.parts.map(one => (ids.includes(one.id) ? { ...one, offeredAt: at } : one))
  const subject = `play/${run.id}`
  const audit = { at, actor: 'holdfast', verb: 'play.part-offered', subject, detail: { parts: ids } }
  // Another replica that was faster has told it.
  if (!(await stored(context.store.change({ ...run, parts }, audit)))) return
  for (const { part } of offered) context.onEvent(`Play “${run.play.title}”: ${part.title} can go now`)
}
