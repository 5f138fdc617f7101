import { asObject } from '../objects/json'
import type { JsonObject, KubeObject } from '../objects/types'
import type { SimulatedCluster } from './cluster'
import { ownedBy } from './record-revision'
import { replicasOf } from './replica-pods'

const LEVELS = 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io'
const COMPUTED = new Set(['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet', 'FlowSchema'])

/** The status of an object as controllers last wrote it, from what they have acted on; undefined = as it is stored. */
export function statusOf(cluster: SimulatedCluster, object: KubeObject): JsonObject | undefined {
  if (!COMPUTED.has(object.kind)) return undefined
  if (object.kind === 'DaemonSet') return daemonSetStatus(cluster, object)
  if (object.kind === 'FlowSchema') return flowSchemaStatus(cluster, object)
  return replicasStatus(cluster, object)
}

function daemonSetStatus(cluster: SimulatedCluster, daemonSet: KubeObject): JsonObject {
  const { controllers, model } = cluster
  const { desired, fresh, stale, misscheduled } = controllers.daemonPods.counts(daemonSet)
  const current = fresh + stale
  const ready = Math.floor(current * (1 - model.notReadyShare))
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    ...observed(cluster, daemonSet),
    ...(fresh > 0 ? { updatedNumberScheduled: fresh } : {}),
    ...(ready > 0 ? { numberAvailable: ready } : {}),
    ...(desired > ready ? { numberUnavailable: desired - ready } : {}),
  }
}

function replicasStatus(cluster: SimulatedCluster, object: KubeObject): JsonObject {
  const { fresh, stale } = podCounts(cluster, object)
  const replicas = fresh + stale
  const ready = Math.floor(replicas * (1 - cluster.model.notReadyShare))
  const positive = (fields: Record<string, number>) =>
    Object.fromEntries(Object.entries(fields).filter(([, count]) => count > 0))
  const common = {
    ...observed(cluster, object),
    ...positive({ readyReplicas: ready, availableReplicas: ready }),
  }
  if (object.kind === 'ReplicaSet')
    return { ...common, replicas, ...positive({ fullyLabeledReplicas: replicas }) }
  if (object.kind === 'StatefulSet') {
    const currentReplicas = stale > 0 ? stale : fresh
    const more = positive({ currentReplicas, updatedReplicas: fresh })
    return { ...common, replicas, availableReplicas: ready, ...more, collisionCount: 0 }
  }
  // A Deployment tells no count that is nought (its fields are omitted when empty).
  return { ...common, ...positive({ replicas, updatedReplicas: fresh }) }
}

/** A Deployment's pods are those of its ReplicaSets; while nothing moves they need not be looked up. */
function podCounts(cluster: SimulatedCluster, object: KubeObject): { fresh: number; stale: number } {
  const { replicaPods } = cluster.controllers
  if (object.kind !== 'Deployment') return replicaPods.counts(object)
  if (replicaPods.isIdle) {
    const acted = cluster.controllers.acted(object)
    return { fresh: acted ? replicasOf(acted) : 0, stale: 0 }
  }
  const counts = { fresh: 0, stale: 0 }
  for (const each of ownedBy(cluster.store, 'replicasets.apps', object))
    counts[replicasOf(each) > 0 ? 'fresh' : 'stale'] += replicaPods.podsOf(each)
  return counts
}

function observed(cluster: SimulatedCluster, object: KubeObject): JsonObject {
  const acted = cluster.controllers.acted(object)
  return acted ? { observedGeneration: acted.metadata.generation ?? 1 } : {}
}

/** API servers themselves tell of a schema whose level is missing. */
function flowSchemaStatus({ store }: SimulatedCluster, { spec, metadata }: KubeObject): JsonObject {
  const name = String(asObject(asObject(spec).priorityLevelConfiguration).name)
  const dangles = store.get(LEVELS, undefined, name) === undefined
  const message = `This FlowSchema references the PriorityLevelConfiguration object named "${name}" ${dangles ? 'but there is no such object' : 'and it exists'}`
  const condition = {
    type: 'Dangling',
    status: dangles ? 'True' : 'False',
    lastTransitionTime: metadata.creationTimestamp,
    reason: dangles ? 'NotFound' : 'Found',
    message,
  }
  return { conditions: [condition] }
}
