import type { Principal } from '../access/types'
import type { Actions } from '../action/create-actions'
import { createPlays, type PlayRunView, type Plays, type PlayView } from '../action/plays/create-plays'
import { playsOf } from '../action/plays/plays-of'
import type { PartStanding } from '../action/plays/types'
import type { Clock } from '../clock/clock'
import type { PlayDto, PlayPartPost, PlayRunDto, PlayStartPost, PlaysDto } from '../wire/plays'
import { type ActionDesk, actorOf } from './action-desk'
import { actionSummaryDto } from './dto/action-dto'
import { iso, isoOrNull } from './dto/times'
import { playFacts } from './play-facts'
import type { Stores } from './stores'
import type { World } from './world'

export interface PlayDeskDeps {
  clock: Clock
  stores: Stores
  actions: Actions
  desk: ActionDesk
  world(): World
  /** A line for the timeline. */
  tell(text: string, severity: 'info', about: { actionId?: string }): void
}

/** Plays on what is known of the fleet now. */
export function createPlayDesk({ clock, stores, actions, desk, world, tell }: PlayDeskDeps): PlayDesk {
  return new PlayDesk(
    createPlays({
      clock,
      peopleNow: Date.now,
      store: stores.play,
      plays: () => playsOf(world().config.plays),
      facts: () => playFacts(world(), clock.now()),
      plan: (request, actor) => actions.plan(request, actor),
      action: id => desk.view(id),
      onEvent: (text, actionId) => tell(text, 'info', { actionId }),
    }),
  )
}

/** Turns plays and their verbs into what crosses the wire. */
export class PlayDesk {
  constructor(private readonly plays: Plays) {}

  async all(): Promise<PlaysDto> {
    return { plays: this.plays.list().map(playDto), runs: (await this.plays.runs()).map(playRunDto) }
  }

  run = async (id: string): Promise<PlayRunDto> => playRunDto(await this.plays.run(id))

  async start(id: string, { reason }: PlayStartPost, by: Principal): Promise<PlayRunDto> {
    return playRunDto(await this.plays.start(id, reason, actorOf(by)))
  }

  async planPart(runId: string, { part }: PlayPartPost, by: Principal): Promise<PlayRunDto> {
    return playRunDto(await this.plays.planPart(runId, part, actorOf(by)))
  }

  async end(runId: string, by: Principal): Promise<PlayRunDto> {
    return playRunDto(await this.plays.end(runId, actorOf(by)))
  }

  /** Tells of parts that can go now. */
  look = (): Promise<void> => this.plays.look()

  /** The world they were started for is gone. */
  async endAll(): Promise<void> {
    for (const { run } of await this.plays.runs())
      if (run.state === 'open') await this.plays.end(run.id, { name: 'holdfast' })
  }
}

const partDto = ({ part, standing, text }: PartStanding) => ({
  id: part.id,
  stream: part.stream,
  title: part.title,
  why: part.why ?? null,
  does: part.does,
  standing,
  text,
})

function playDto({ play, missing, parts }: PlayView): PlayDto {
  return {
    id: play.id,
    title: play.title,
    why: play.why ?? null,
    shipped: play.isShipped,
    missing: missing ?? null,
    parts: parts.map(partDto),
  }
}

function playRunDto({ run, parts }: PlayRunView): PlayRunDto {
  const kept = new Map(run.parts.map(part => [part.id, part]))
  const standings = new Map(parts.map(one => [one.part.id, one]))
  return {
    id: run.id,
    playId: run.play.id,
    title: run.play.title,
    state: run.state,
    by: run.by,
    reason: run.reason,
    startedAt: iso(run.startedAt),
    endedBy: run.endedBy ?? null,
    endedAt: isoOrNull(run.endedAt),
    parts: parts.map(one => {
      const { part } = one
      const current = part.does === 'undo' ? standings.get(part.part)?.current : one.current
      return {
        ...partDto(one),
        plan: kept.get(part.id)?.plan ?? null,
        problem: kept.get(part.id)?.problem ?? null,
        action: current ? actionSummaryDto(current.action, [...current.shots]) : null,
      }
    }),
  }
}
