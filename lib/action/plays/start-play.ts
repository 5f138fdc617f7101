import { randomUUID } from 'node:crypto'
import { HoldfastError } from '../../errors'
import { stored } from '../action-context'
import { mapConcurrently } from '../map-concurrently'
import type { Actor } from '../ports'
import { judgeParts } from './judge-parts'
import { type PlayContext, partPlanned } from './play-context'
import { resolvePart } from './resolve-part'
import type { PartRun, PartStanding, PlayRun } from './types'

/** Each plan asks every cluster it means: so many at a time leave their lanes room. */
const PLANS_AT_ONCE = 3

/**
 * Plans every part whose conditions hold now and keeps the play with them. Nothing is confirmed: each plan waits for
 * its own person.
 * @throws HoldfastError `not-found`, `conflict` while it is under way already, `blocked-by-guard` when no part of it
 * applies, with each part's reason, `unavailable`
 */
export async function startPlay(
  context: PlayContext,
  playId: string,
  reason: string,
  actor: Actor,
): Promise<PlayRun> {
  const { clock, store } = context
  const play = context.plays().find(one => one.id === playId)
  if (!play) throw new HoldfastError('not-found', `There is no play ${playId.slice(0, 64)}.`)
  const open = (await stored(store.list(100))).find(run => run.state === 'open' && run.play.id === playId)
  if (open) {
    throw new HoldfastError('conflict', `${open.by} started this play already, and it is under way.`, {
      hint: 'Go on with it, or end it first.',
    })
  }
  const facts = context.facts()
  const standings = judgeParts({ play, facts, actions: new Map(), peopleNow: context.peopleNow() })
  if (!standings.some(({ standing }) => standing === 'ready')) throw nothingApplies(standings)
  const parts = await mapConcurrently(
    standings,
    PLANS_AT_ONCE,
    async ({ part, standing }): Promise<PartRun> => {
      const none = { id: part.id, actionIds: [] }
      if (standing !== 'ready' || part.does === 'undo') return none
      const resolved = resolvePart(part, facts, reason)
      return 'why' in resolved ? none : partPlanned(context, none, resolved.request, actor)
    },
  )
  const startedAt = clock.now()
  const run: PlayRun = {
    id: randomUUID(),
    play,
    state: 'open',
    by: actor.name,
    reason,
    startedAt,
    parts,
    version: 0,
  }
  await stored(
    store.add(run, {
      at: startedAt,
      actor: actor.name,
      verb: 'play.started',
      subject: `play/${run.id}`,
      detail: {
        play: play.id,
        reason,
        planned: Object.fromEntries(
          parts.flatMap(({ id, actionIds: [first] }) => (first ? [[id, first]] : [])),
        ),
        notPlanned: Object.fromEntries(
          standings.flatMap(({ part, standing, text }) => (standing === 'ready' ? [] : [[part.id, text]])),
        ),
      },
    }),
  )
  const planned = parts.filter(({ actionIds }) => actionIds.length > 0).length
  context.onEvent(
    `Play “${play.title}” started by ${actor.name}: ${planned} of ${parts.length} parts planned`,
  )
  return run
}

function nothingApplies(standings: readonly PartStanding[]): HoldfastError {
  return new HoldfastError('blocked-by-guard', 'No part of this play applies now.', {
    blockedBy: standings.map(({ part, text }) => ({
      guard: `play.${part.id}`,
      reason: `${part.title}: ${text}.`,
    })),
    hint: 'Plan single actions, or wait until one applies.',
  })
}
