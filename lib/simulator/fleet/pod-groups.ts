import { asStringMap } from '../objects/json'
import type { KubeObject } from '../objects/types'
import { groupOf, type PodGroup } from '../objects/virtual-pods'
import type { SimulatedCluster } from './cluster'

/** Keeps the pods of an object that is about to be deleted, when the model does not keep them already. */
export function orphanPods(cluster: SimulatedCluster, owner: KubeObject): void {
  cluster.controllers.orphanDependents(owner.metadata.uid)
  if (cluster.coupling.callers()?.object.metadata.uid === owner.metadata.uid) cluster.coupling.orphanNext()
  else if (owner.kind === 'DaemonSet') cluster.orphans.push(...cluster.controllers.daemonPods.groups(owner))
}

/** All pods of a cluster by the template that they come from, sorted as their names are. */
export function podGroups(cluster: SimulatedCluster, namespace?: string): PodGroup[] {
  const { store, coupling, controllers } = cluster
  const createdAt = (object: KubeObject) => Date.parse(object.metadata.creationTimestamp)
  const groups: PodGroup[] = []
  const callers = coupling.callers()
  const daemonSets = [...store.list('daemonsets.apps', namespace)]
  // Callers that went on under their name, as another template, are in the store.
  const isStored = daemonSets.some(({ metadata }) => metadata.uid === callers?.object.metadata.uid)
  const deleted = callers && !isStored ? callers.object : undefined
  if (deleted && (namespace === undefined || deleted.metadata.namespace === namespace))
    daemonSets.push(deleted)
  for (const each of daemonSets) groups.push(...controllers.daemonPods.groups(each))
  // A DaemonSet that comes back adopts what it left behind.
  const adopted = new Set(groups.map(group => `${group.namespace}/${group.prefix}`))
  for (const orphans of cluster.orphans) {
    const elsewhere = namespace !== undefined && orphans.namespace !== namespace
    if (!elsewhere && !adopted.has(`${orphans.namespace}/${orphans.prefix}`)) groups.push(orphans)
  }
  for (const each of store.list('replicasets.apps', namespace)) {
    const count = controllers.replicaPods.podsOf(each)
    const extraLabels = asStringMap(each.metadata.labels)
    groups.push(
      groupOf(each, {
        prefix: each.metadata.name,
        count,
        perNode: false,
        moves: cluster.moves.get(each.metadata.uid),
        createdAt: createdAt(each),
        extraLabels,
      }),
    )
  }
  for (const each of store.list('statefulsets.apps', namespace)) {
    groups.push(
      groupOf(each, {
        prefix: each.metadata.name,
        count: controllers.replicaPods.podsOf(each),
        perNode: false,
        moves: cluster.moves.get(each.metadata.uid),
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
