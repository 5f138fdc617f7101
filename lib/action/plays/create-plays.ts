import { mapConcurrently } from '../map-concurrently'
import { missingOf } from './check-conditions'
import { endRun } from './end-run'
import { judgeParts } from './judge-parts'
import { offerParts } from './offer-parts'
import { planPart } from './plan-part'
import { findRun, newestActions, type PlayContext } from './play-context'
import { startPlay } from './start-play'
import type { PartStanding, Play, PlayRun } from './types'

/** A play with where its parts would stand if it were started now. */
export interface PlayView {
  play: Play
  /** Why it is not offered; undefined while the fleet is in the state that it is for. */
  missing?: string
  parts: PartStanding[]
}

export interface PlayRunView {
  run: PlayRun
  parts: PartStanding[]
}

const SHOWN = 10
/** Runs whose actions are read at the same time. */
const AT_ONCE = 4

/**
 * Plays: named sets of actions in parallel workstreams. Whether the actor may is decided by the caller. A play confirms
 * nothing: each of its parts is an action like any other, with its own plan, guards, persons and hold.
 */
export function createPlays(context: PlayContext) {
  const viewRun = async (run: PlayRun): Promise<PlayRunView> => ({
    run,
    parts: judgeParts({
      play: run.play,
      facts: context.facts(),
      actions: await newestActions(context, run),
      peopleNow: context.peopleNow(),
    }),
  })
  return {
    /** Every play there is, as it would go now. */
    list(): PlayView[] {
      const facts = context.facts()
      return context.plays().map(play => ({
        play,
        missing: missingOf(play.when, facts),
        parts: judgeParts({ play, facts, actions: new Map(), peopleNow: context.peopleNow() }),
      }))
    },

    /** Runs, open ones first. @throws HoldfastError `unavailable` */
    async runs(): Promise<PlayRunView[]> {
      return mapConcurrently(await context.store.list(SHOWN), AT_ONCE, viewRun)
    },

    /** @throws HoldfastError `not-found`, `unavailable` */
    run: async (id: string): Promise<PlayRunView> => viewRun(await findRun(context, id)),

    /** See `startPlay`. */
    start: async (
      playId: string,
      reason: string,
      by: Parameters<typeof startPlay>[3],
    ): Promise<PlayRunView> => viewRun(await startPlay(context, playId, reason, by)),

    /** See `planPart`. */
    planPart: async (
      runId: string,
      partId: string,
      by: Parameters<typeof planPart>[3],
    ): Promise<PlayRunView> => viewRun(await planPart(context, runId, partId, by)),

    /** See `endRun`. */
    end: async (runId: string, by: Parameters<typeof endRun>[2]): Promise<PlayRunView> =>
      viewRun(await endRun(context, runId, by)),

    /** See `offerParts`; asked every few seconds. */
    look: (): Promise<void> => offerParts(context),
  }
}

export type Plays = ReturnType<typeof createPlays>
