import type { Clock } from '../clock/clock'
import { HoldfastError } from '../errors'
import type { ClusterClient } from '../kube/types'
import type { ActionPolicy } from './action-policy'
import type { PeopleTime } from './people-time'
import type { Approvers, TargetSource } from './ports'
import type { Lander } from './run-shots'
import { isOpen } from './shot-machine'
import type { ActionRow, ActionStore, ActionSummary, BusyClusters, ShotRow } from './store'

/** What the verbs of this room work with; made once by `createActions`. */
export interface ActionContext {
  clock: Clock
  people: PeopleTime
  client: ClusterClient
  source: TargetSource
  approvers: Approvers
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

/** Clusters on which an action still has something to send. */
export async function busyClusters(store: ActionStore): Promise<BusyClusters> {
  const busy = new Map<string, Pick<ActionSummary, 'id' | 'kind'>[]>()
  for (const { id, kind } of await stored(store.listActionsIn(['running', 'aborting']))) {
    const shots = await stored(store.listShots(id))
    for (const clusterId of new Set(shots.filter(shot => isOpen(shot.state)).map(shot => shot.clusterId)))
      busy.set(clusterId, [...(busy.get(clusterId) ?? []), { id, kind }])
  }
  return busy
}
