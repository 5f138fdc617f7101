import { asStringMap } from '../objects/json'
import type { KubeObject } from '../objects/types'
import { groupOf, type PodGroup } from '../objects/virtual-pods'
import type { SimulatedCluster } from './cluster'
import { replicasOf } from './controllers'

/** All pods of a cluster by the template that they come from, sorted as their names are. */
export function podGroups(cluster: SimulatedCluster, namespace?: string): PodGroup[] {
  const { store, controllers, coupling } = cluster
  const createdAt = (object: KubeObject) => Date.parse(object.metadata.creationTimestamp)
  const groups: PodGroup[] = []
  const callers = coupling.callers()
  const daemonSets = [...store.list('daemonsets.apps', namespace)]
  const deleted = callers && !callers.exists ? callers.object : undefined
  if (deleted && (namespace === undefined || deleted.metadata.namespace === namespace))
    daemonSets.push(deleted)
  for (const each of daemonSets) {
    const count = controllers.podsOf(each)
    groups.push(
      groupOf(each, { prefix: each.metadata.name, count, perNode: true, createdAt: createdAt(each) }),
    )
  }
  for (const each of store.list('replicasets.apps', namespace)) {
    const count = replicasOf(each)
    const extraLabels = asStringMap(each.metadata.labels)
    groups.push(
      groupOf(each, {
        prefix: each.metadata.name,
        count,
        perNode: false,
        createdAt: createdAt(each),
        extraLabels,
      }),
    )
  }
  for (const each of store.list('statefulsets.apps', namespace)) {
    groups.push(
      groupOf(each, {
        prefix: each.metadata.name,
        count: replicasOf(each),
        perNode: false,
        createdAt: createdAt(each),
      }),
    )
  }
  return groups
    .filter(({ count }) => count > 0)
    .sort((a, b) => compare(a.namespace, b.namespace) || compare(a.prefix, b.prefix))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
