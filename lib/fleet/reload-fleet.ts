import { isDeepStrictEqual } from 'node:util'
import { type LoadedFleet, type LoadFleetOptions, loadFleet } from './load-fleet'
import type { Cluster, Fleet } from './types'

/** Cluster ids, by what became of them. */
export interface FleetChanges {
  added: string[]
  removed: string[]
  changed: string[]
}

/** Reads everything again and tells what differs from `before`. @throws as `loadFleet`; then `before` still holds */
export async function reloadFleet(
  before: Fleet,
  options: LoadFleetOptions,
): Promise<LoadedFleet & { changes: FleetChanges }> {
  const loaded = await loadFleet(options)
  return { ...loaded, changes: compareFleets(before, loaded.fleet) }
}

function compareFleets(before: Fleet, after: Fleet): FleetChanges {
  const old = new Map<string, Cluster>(before.clusters.map(cluster => [cluster.id, cluster]))
  const now = new Set(after.clusters.map(({ id }) => id))
  return {
    added: after.clusters.filter(({ id }) => !old.has(id)).map(({ id }) => id),
    removed: before.clusters.filter(({ id }) => !now.has(id)).map(({ id }) => id),
    changed: after.clusters
      .filter(cluster => old.has(cluster.id) && !isDeepStrictEqual(old.get(cluster.id), cluster))
      .map(({ id }) => id),
  }
}
