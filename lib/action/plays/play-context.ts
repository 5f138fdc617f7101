import type { Clock } from '../../clock/clock'
import { HoldfastError } from '../../errors'
import { stored } from '../action-context'
import type { Actor } from '../ports'
import type { ActionPlan, ActionRequest } from '../types'
import type { PlayStore } from './store'
import type { PartAction, PartRun, Play, PlayFacts, PlayRun } from './types'

/** What the verbs of plays work with. */
export interface PlayContext {
  clock: Clock
  /** Real time, by which plans expire. */
  peopleNow(): number
  store: PlayStore
  /** Shipped ones and the operator's. */
  plays(): readonly Play[]
  facts(): PlayFacts
  /** Plans an action as for anybody who asks. @throws HoldfastError */
  plan(request: ActionRequest, actor: Actor): Promise<ActionPlan>
  /** An action with its shots; undefined when there is none. @throws HoldfastError `unavailable` */
  action(id: string): Promise<PartAction | undefined>
  /** Told of what begins, is offered and ends, for the timeline. */
  onEvent(text: string, actionId?: string): void
}

/** @throws HoldfastError `not-found`, `unavailable` */
export async function findRun({ store }: PlayContext, id: string): Promise<PlayRun> {
  const run = await stored(store.get(id))
  if (run) return run
  throw new HoldfastError('not-found', `There is no run ${id.slice(0, 64)} of a play.`)
}

/** By part: the action that counts. */
export async function newestActions(context: PlayContext, run: PlayRun): Promise<Map<string, PartAction>> {
  const found = await Promise.all(
    run.parts.map(async ({ id, actionIds }) => {
      const newest = actionIds.at(-1)
      return [id, newest === undefined ? undefined : await context.action(newest)] as const
    }),
  )
  return new Map(found.flatMap(([id, action]) => (action ? [[id, action] as const] : [])))
}

/** The part with its new plan, or with why there is none. */
export async function partPlanned(
  context: PlayContext,
  part: PartRun,
  request: ActionRequest,
  actor: Actor,
): Promise<PartRun> {
  try {
    const { id, digest, targets, leftOut, blastRadius, guards } = await context.plan(request, actor)
    const plan = {
      digest,
      clusters: targets.length,
      nodes: blastRadius.nodes,
      leftOut: leftOut.length,
      guards,
    }
    return { ...part, actionIds: [...part.actionIds, id], plan, problem: undefined }
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code === 'unavailable') throw error
    return { ...part, problem: error.message }
  }
}

export function onlyOpen(run: PlayRun): void {
  if (run.state === 'open') return
  throw new HoldfastError('conflict', `This play was ended by ${run.endedBy ?? 'somebody'}.`, {
    hint: 'Start it again; its actions go on by themselves.',
  })
}

export const raced = () =>
  new HoldfastError('conflict', 'Somebody else changed this play at the same moment.', {
    hint: 'Look again.',
  })
