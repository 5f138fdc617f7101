import { asObject, asStringMap } from '../objects/json'
import { resourceById } from '../objects/resource-table'
import { nameSuffix } from '../objects/stable-hash'
import type { JsonObject, KubeObject } from '../objects/types'
import { countEligibleNodes } from '../objects/virtual-nodes'
import type { SimulatedCluster } from './cluster'

const OWNERS = new Set(['daemonsets.apps', 'deployments.apps', 'statefulsets.apps'])
const DEPENDENTS = ['replicasets.apps', 'controllerrevisions.apps']
const REVISION = 'deployment.kubernetes.io/revision'

/**
 * What kube-controller-manager does to stored objects: revisions and ReplicaSets of new templates, collection of what
 * lost its owner, observed generations. While it is dead nothing of this happens.
 */
export class Controllers {
  /** Owners whose template may be new, and uids of owners that are gone. */
  readonly #dirty = new Map<string, KubeObject>()
  readonly #gone = new Set<string>()
  readonly #orphaning = new Set<string>()
  readonly #observed = new Map<string, number>()
  /** As last read: while the status stays the same, so does the object, and its text need not be made again. */
  readonly #presented = new WeakMap<KubeObject, { text: string; object: KubeObject }>()

  constructor(private readonly cluster: SimulatedCluster) {
    const { store, createdAt } = cluster
    for (const id of OWNERS) for (const owner of store.list(id)) this.#recordTemplate(owner, createdAt)
    store.onChange(({ type, before, after }) => {
      if (!OWNERS.has(type.id)) return
      if (after) this.#dirty.set(after.metadata.uid, after)
      else if (before) {
        this.#dirty.delete(before.metadata.uid)
        if (!this.#orphaning.delete(before.metadata.uid)) this.#gone.add(before.metadata.uid)
      }
    })
  }

  /** What the object with this uid owns outlives it. */
  orphanDependents(uid: string): void {
    this.#orphaning.add(uid)
  }

  tick(): void {
    const idle = this.#dirty.size === 0 && this.#gone.size === 0
    if (idle || !this.cluster.model.controllerManagerUp) return
    const { store } = this.cluster
    for (const owner of [...this.#dirty.values()]) {
      this.#observed.set(owner.metadata.uid, owner.metadata.generation ?? 1)
      if (owner.metadata.deletionTimestamp) {
        if (this.podsOf(owner) > 0) continue
        store.remove(`${owner.kind.toLowerCase()}s.apps`, owner.metadata.namespace, owner.metadata.name)
      } else this.#recordTemplate(owner, this.cluster.now())
      this.#dirty.delete(owner.metadata.uid)
    }
    for (const id of this.#gone.size > 0 ? DEPENDENTS : []) {
      for (const { metadata } of store.list(id)) {
        if (metadata.ownerReferences?.some(({ uid }) => this.#gone.has(uid)))
          store.remove(id, metadata.namespace, metadata.name)
      }
    }
    this.#gone.clear()
  }

  /** Pods that a DaemonSet has now; telemetry agents are counted by the model. */
  podsOf(daemonSet: KubeObject): number {
    const { model, coupling } = this.cluster
    if (coupling.callers()?.object.metadata.uid === daemonSet.metadata.uid) return Math.floor(model.agents)
    return this.#wanted(daemonSet)
  }

  withStatus(object: KubeObject): KubeObject {
    const { kind } = object
    if (kind !== 'DaemonSet' && kind !== 'Deployment' && kind !== 'ReplicaSet' && kind !== 'StatefulSet')
      return object
    const status = kind === 'DaemonSet' ? this.#daemonSetStatus(object) : this.#replicasStatus(object)
    const text = JSON.stringify(status)
    const before = this.#presented.get(object)
    if (before?.text === text) return before.object
    const presented = { ...object, status }
    this.#presented.set(object, { text, object: presented })
    return presented
  }

  #wanted(daemonSet: KubeObject): number {
    const podSpec = asObject(asObject(asObject(daemonSet.spec).template).spec)
    return countEligibleNodes(this.cluster.nodeSource(), podSpec)
  }

  #observedGeneration({ metadata }: KubeObject): number {
    const generation = metadata.generation ?? 1
    return this.#dirty.has(metadata.uid) ? (this.#observed.get(metadata.uid) ?? 0) : generation
  }

  #daemonSetStatus(daemonSet: KubeObject): JsonObject {
    const desired = this.#wanted(daemonSet)
    const current = Math.min(desired, this.podsOf(daemonSet))
    const ready = Math.floor(current * (1 - this.cluster.model.notReadyShare))
    const observed = this.#observedGeneration(daemonSet)
    return {
      currentNumberScheduled: current,
      numberMisscheduled: 0,
      desiredNumberScheduled: desired,
      numberReady: ready,
      ...(observed > 0 ? { observedGeneration: observed } : {}),
      ...(current > 0 ? { updatedNumberScheduled: current } : {}),
      ...(ready > 0 ? { numberAvailable: ready } : {}),
      ...(desired > ready ? { numberUnavailable: desired - ready } : {}),
    }
  }

  #replicasStatus(object: KubeObject): JsonObject {
    const replicas = replicasOf(object)
    const ready = Math.floor(replicas * (1 - this.cluster.model.notReadyShare))
    const observed = this.#observedGeneration(object)
    return {
      ...(observed > 0 ? { observedGeneration: observed } : {}),
      replicas,
      ...(replicas > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
      ...(object.kind === 'ReplicaSet' ? { fullyLabeledReplicas: replicas } : { updatedReplicas: replicas }),
    }
  }

  /** Keeps the template under a name of its own, unless it is the newest already. */
  #recordTemplate(owner: KubeObject, now: number): void {
    const template = asObject(asObject(owner.spec).template)
    const hash = nameSuffix(JSON.stringify(template), 10)
    const name = `${owner.metadata.name}-${hash}`
    if (owner.kind === 'Deployment') this.#recordReplicaSet(owner, template, name, hash, now)
    else this.#recordRevision(owner, template, name, hash, now)
  }

  #recordRevision(owner: KubeObject, template: JsonObject, name: string, hash: string, now: number): void {
    const { store } = this.cluster
    const id = 'controllerrevisions.apps'
    if (store.get(id, owner.metadata.namespace, name)) return
    const revision =
      this.#ownedBy(id, owner).reduce((newest, each) => Math.max(newest, Number(each.revision) || 0), 0) + 1
    store.create(
      id,
      'apps/v1',
      {
        metadata: {
          ...dependentMetadata(owner, name),
          labels: { ...asStringMap(asObject(template.metadata).labels), 'controller-revision-hash': hash },
        },
        data: { spec: { template: { ...template, $patch: 'replace' } } },
        revision,
      },
      now,
    )
  }

  #recordReplicaSet(owner: KubeObject, template: JsonObject, name: string, hash: string, now: number): void {
    const { store } = this.cluster
    const id = 'replicasets.apps'
    const labels = { ...asStringMap(asObject(template.metadata).labels), 'pod-template-hash': hash }
    const owned = this.#ownedBy(id, owner)
    const revision = owned.reduce(
      (newest, each) => Math.max(newest, Number(each.metadata.annotations?.[REVISION]) || 0),
      0,
    )
    for (const old of owned) if (old.metadata.name !== name) this.#scaleReplicaSet(old, 0)
    const current = owned.find(each => each.metadata.name === name)
    if (current) {
      this.#scaleReplicaSet(current, replicasOf(owner))
      return
    }
    store.create(
      id,
      'apps/v1',
      {
        metadata: {
          ...dependentMetadata(owner, name),
          labels,
          annotations: { [REVISION]: String(revision + 1) },
        },
        spec: {
          replicas: replicasOf(owner),
          selector: {
            matchLabels: {
              ...asStringMap(asObject(asObject(asObject(owner.spec).selector).matchLabels)),
              'pod-template-hash': hash,
            },
          },
          template: { ...template, metadata: { ...asObject(template.metadata), labels } },
        },
      },
      now,
    )
  }

  #scaleReplicaSet(replicaSet: KubeObject, replicas: number): void {
    if (replicasOf(replicaSet) === replicas) return
    const { store } = this.cluster
    const type = resourceById('replicasets.apps')
    store.put(type, {
      ...replicaSet,
      metadata: {
        ...replicaSet.metadata,
        resourceVersion: String(store.revision() + 1),
        generation: (replicaSet.metadata.generation ?? 1) + 1,
      },
      spec: { ...asObject(replicaSet.spec), replicas },
    })
  }

  #ownedBy(typeId: string, owner: KubeObject): KubeObject[] {
    const all = this.cluster.store.list(typeId, owner.metadata.namespace)
    return all.filter(each => each.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid))
  }
}

export function replicasOf(object: KubeObject): number {
  const { replicas } = asObject(object.spec)
  return typeof replicas === 'number' ? replicas : 1
}

function dependentMetadata(owner: KubeObject, name: string) {
  const { apiVersion, kind, metadata } = owner
  const reference = {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }
  return { name, namespace: metadata.namespace, ownerReferences: [reference] }
}
