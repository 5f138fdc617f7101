import type { Clock } from '../clock/clock'
import { HoldfastError } from '../errors'
import type { ClusterClient } from '../kube/types'
import type { ActionPolicy } from './action-policy'
import type { PeopleTime } from './people-time'
import type { TargetSource } from './ports'
import type { Lander } from './run-shots'
import { isOpen } from './shot-machine'
import type { ActionRow, ActionStore, ActionSummary, ShotRow } from './store'

/** What the verbs of this room work with; made once by `createActions`. */
export interface ActionContext {
  clock: Clock
  people: PeopleTime
  client: ClusterClient
  source: TargetSource
  store: ActionStore
  policy: ActionPolicy
  lander: Lander
  /** Lets the conductor look at once. */
  wake(): void
  onAction(action: ActionSummary): void
  onShot(shot: ShotRow): void
}

/** Storage that is away is told as such: nothing new is begun without it. */
export async function stored<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof HoldfastError) throw error
    throw new HoldfastError(
      'unavailable',
      'The database is not reachable, so no action can be planned, confirmed or changed.',
      {
        hint: 'Live state goes on. Bring PostgreSQL back; armed shots continue from where they are.',
        cause: error,
      },
    )
  }
}

/** @throws HoldfastError `not-found` */
export async function findAction(store: ActionStore, id: string): Promise<ActionRow> {
  const action = await stored(store.getAction(id))
  if (action) return action
  throw new HoldfastError('not-found', `There is no action ${id.slice(0, 64)}.`)
}

/** Clusters on which an action still has something to send, with its id. */
export async function busyClusters(store: ActionStore): Promise<Map<string, string>> {
  const busy = new Map<string, string>()
  for (const action of await stored(store.listActionsIn(['running', 'aborting']))) {
    for (const shot of await stored(store.listShots(action.id))) {
      if (isOpen(shot.state)) busy.set(shot.clusterId, action.id)
    }
  }
  return busy
}
