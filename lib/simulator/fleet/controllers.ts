import type { KubeObject } from '../objects/types'
import type { SimulatedCluster } from './cluster'
import { DaemonPods } from './daemon-pods'
import { recordRevision } from './record-revision'
import { ReplicaPods } from './replica-pods'
import { statusOf } from './workload-status'

const REPLICA_SETS = 'replicasets.apps'
const OWNERS = ['daemonsets.apps', 'deployments.apps', 'statefulsets.apps']
const WATCHED = new Set([...OWNERS, REPLICA_SETS])
const DEPENDENTS = [REPLICA_SETS, 'controllerrevisions.apps']

/** A workload that was written since the controller manager looked at it last. */
interface Pending {
  now: KubeObject
  /** As it was acted on; undefined = it has never been seen. */
  acted: KubeObject | undefined
}

/**
 * What kube-controller-manager does to stored objects: revisions and ReplicaSets of new templates, pods that follow
 * them, collection of what lost its owner, observed generations. While it is dead nothing of this happens.
 */
export class Controllers {
  readonly daemonPods: DaemonPods
  readonly replicaPods: ReplicaPods
  readonly #pending = new Map<string, Pending>()
  /** Marked as deleted, until their pods are gone. */
  readonly #ending = new Map<string, KubeObject>()
  /** Something is to be done, or is under way. */
  #isBusy = false
  /** Uids of owners that are gone. */
  readonly #gone = new Set<string>()
  readonly #orphaning = new Set<string>()
  /** As last read: while the status stays the same, so does the object, and its text need not be made again. */
  readonly #presented = new WeakMap<KubeObject, { text: string; object: KubeObject }>()

  constructor(private readonly cluster: SimulatedCluster) {
    const { store, createdAt } = cluster
    this.daemonPods = new DaemonPods(cluster)
    this.replicaPods = new ReplicaPods(cluster)
    for (const id of OWNERS) for (const owner of store.list(id)) recordRevision(store, owner, createdAt)
    store.onChange(({ type, before, after }) => {
      if (!WATCHED.has(type.id)) return
      this.#isBusy = true
      if (after) this.#note(before, after)
      else if (before) this.#forget(before)
    })
  }

  #note(before: KubeObject | undefined, after: KubeObject): void {
    const { uid } = after.metadata
    const known = this.#pending.get(uid)
    const acted = known ? known.acted : before?.metadata.uid === uid ? before : undefined
    this.#pending.set(uid, { now: after, acted })
  }

  #forget({ metadata: { uid } }: KubeObject): void {
    this.#pending.delete(uid)
    this.#ending.delete(uid)
    this.daemonPods.forget(uid)
    this.replicaPods.forget(uid)
    if (!this.#orphaning.delete(uid)) this.#gone.add(uid)
  }

  /** What the object with this uid owns outlives it. */
  orphanDependents(uid: string): void {
    this.#orphaning.add(uid)
  }

  /** Pods have been taken away from outside. */
  wake(): void {
    this.#isBusy = true
  }

  /** The version of a workload that the controller manager has acted on; undefined = it has not seen it yet. */
  acted(object: KubeObject): KubeObject | undefined {
    const pending = this.#pending.get(object.metadata.uid)
    return pending ? pending.acted : object
  }

  tick(): void {
    const { model, nodes } = this.cluster
    // Asked of every cluster in every second.
    if (!(this.#isBusy || nodes.hasNewCordons) || !model.controllerManagerUp) return
    nodes.followCordons(this.cluster.now())
    // Deployments write ReplicaSets, which are to be seen in the same second.
    for (let pass = 0; pass < 2 && this.#pending.size > 0; pass++) {
      for (const pending of [...this.#pending.values()]) this.#act(pending)
    }
    if (this.#gone.size > 0) this.#collect()
    if (!this.daemonPods.isIdle) this.daemonPods.tick()
    if (!this.replicaPods.isIdle) this.replicaPods.tick()
    if (this.#ending.size > 0) this.#finish()
    const moves = !this.daemonPods.isIdle || !this.replicaPods.isIdle
    this.#isBusy = moves || this.#pending.size > 0 || this.#ending.size > 0 || this.#gone.size > 0
  }

  #finish(): void {
    for (const owner of this.#ending.values()) {
      const { namespace, name } = owner.metadata
      if (this.podsOf(owner) === 0)
        this.cluster.store.remove(`${owner.kind.toLowerCase()}s.apps`, namespace, name)
    }
  }

  #act({ now, acted }: Pending): void {
    const { store } = this.cluster
    const { uid, namespace, deletionTimestamp } = now.metadata
    // What is written from here on is the controller manager's own.
    this.#pending.delete(uid)
    if (now.kind === 'DaemonSet') this.daemonPods.sync(acted, now)
    else if (now.kind !== 'Deployment') this.replicaPods.sync(acted, now)
    if (deletionTimestamp) this.#ending.set(uid, now)
    else if (now.kind !== 'ReplicaSet') {
      recordRevision(store, now, this.cluster.now())
      const own = this.#pending.get(uid)
      if (own?.now.metadata.generation === now.metadata.generation) this.#pending.delete(uid)
    } else {
      // A Deployment puts back what somebody did to its ReplicaSet.
      const owner = now.metadata.ownerReferences?.find(({ kind }) => kind === 'Deployment')
      const deployment = owner && store.get('deployments.apps', namespace, owner.name)
      if (deployment && deployment.metadata.uid === owner.uid && !this.#pending.has(owner.uid))
        this.#act({ now: deployment, acted: deployment })
    }
  }

  #collect(): void {
    const { store } = this.cluster
    const gone = new Set(this.#gone)
    this.#gone.clear()
    for (const id of DEPENDENTS) {
      for (const { metadata } of store.list(id)) {
        if (metadata.ownerReferences?.some(({ uid }) => gone.has(uid)))
          store.remove(id, metadata.namespace, metadata.name)
      }
    }
    this.#gone.clear()
  }

  /** Pods that a workload has now; telemetry agents are counted by the model. */
  podsOf(owner: KubeObject): number {
    if (owner.kind === 'DaemonSet') return this.daemonPods.podsOf(owner)
    return owner.kind === 'Deployment' ? 0 : this.replicaPods.podsOf(owner)
  }

  withStatus(object: KubeObject): KubeObject {
    const status = statusOf(this.cluster, object)
    if (!status) return object
    const text = JSON.stringify(status)
    const before = this.#presented.get(object)
    if (before?.text === text) return before.object
    const presented = { ...object, status }
    this.#presented.set(object, { text, object: presented })
    return presented
  }
}
