import { Authorizer } from '../api/authorize'
import { FlowControl } from '../api/flow-control'
import { SeatsInUse } from '../api/seats-in-use'
import { ServedRequests } from '../metrics/served-requests'
import { WaitLedger } from '../metrics/wait-ledger'
import { corefilesOf } from '../model/corefiles'
import { seededRandom } from '../model/random'
import type { ModelCluster } from '../model/types'
import { asObject } from '../objects/json'
import { ObjectStore } from '../objects/object-store'
import { seedFlowControl } from '../objects/seed-flow-control'
import { seedRbac } from '../objects/seed-rbac'
import { seedWorkloads } from '../objects/seed-workloads'
import { stableHash } from '../objects/stable-hash'
import type { KubeObject } from '../objects/types'
import { isReady, type NodeSource } from '../objects/virtual-nodes'
import type { PodContext, PodGroup, PodMove } from '../objects/virtual-pods'
import { Controllers } from './controllers'
import { Coupling } from './coupling'
import { WrittenNodes } from './written-nodes'

const DAY_MS = 86_400_000

/** One simulated cluster: the model of its load, and the objects that its API serves. */
export class SimulatedCluster {
  readonly id: string
  readonly store: ObjectStore
  readonly authorizer: Authorizer
  readonly flows: FlowControl
  readonly controllers: Controllers
  readonly coupling: Coupling
  /** Pods whose owner went without them. */
  orphans: PodGroup[] = []
  readonly served = new ServedRequests()
  readonly waits = new WaitLedger()
  readonly seats = new SeatsInUse()
  readonly nodes = new WrittenNodes()
  /** Pods that were evicted and came back elsewhere, by their owner's uid and their place. */
  readonly moves = new Map<string, Map<number, PodMove>>()
  /** For draws of requests: apart from the model's own, so that probing does not change the run. */
  readonly random: () => number
  readonly createdAt: number

  constructor(
    readonly model: ModelCluster,
    readonly startAt: number,
    seed: number,
    seedMore?: (store: ObjectStore, createdAt: number) => void,
  ) {
    this.id = model.name
    const own = stableHash(`${seed}/${model.name}`)
    this.random = seededRandom(own)
    this.createdAt = startAt - (200 + (own % 500)) * DAY_MS
    this.store = new ObjectStore(
      seededRandom(own ^ 0x5bd1e995),
      () => this.now(),
      4_000_000 + (own % 90_000_000),
      startAt,
    )
    this.authorizer = new Authorizer(this.store)
    this.flows = new FlowControl(this.store)
    seedFlowControl(this.store, model.kubernetesVersion, this.createdAt)
    seedRbac(this.store, this.createdAt)
    seedWorkloads(
      this.store,
      {
        product: model.product,
        platform: model.platform,
        nodes: model.nodes,
        pods: model.pods,
        kubernetesVersion: model.kubernetesVersion,
        dnsReplicas: model.dnsReplicas,
        corefiles: corefilesOf(model),
      },
      this.createdAt,
    )
    seedMore?.(this.store, this.createdAt)
    this.controllers = new Controllers(this)
    this.coupling = new Coupling(this)
  }

  /** Epoch ms of simulated time, at the model's resolution of one second. */
  now(): number {
    return this.startAt + this.model.second * 1000
  }

  /** Once a simulated second, after the model's step. */
  tick(): void {
    this.controllers.tick()
    this.waits.add(this.model.servers)
  }

  nodeSource(): NodeSource {
    const { model } = this
    return {
      cluster: this.id,
      region: model.region,
      nodes: Math.round(model.nodes),
      notReadyShare: model.notReadyShare,
      zoneLostShare: model.zoneLostShare,
      kubernetesVersion: model.kubernetesVersion,
      now: this.now(),
      createdAt: this.createdAt,
      revision: this.store.revision(),
      changes: this.nodes,
    }
  }

  podContext(): PodContext {
    const source = this.nodeSource()
    return {
      cluster: this.id,
      nodes: source.nodes,
      revision: source.revision,
      isNodeReady: index => isReady(source, index),
    }
  }

  /** The controller manager renews its lease while it lives; what stands in it otherwise is the last time. */
  #presentLease(lease: KubeObject): KubeObject {
    if (lease.metadata.namespace !== 'kube-system') return lease
    const { model } = this
    const second = lease.metadata.name === 'kube-controller-manager' ? model.leaseRenewedAt : model.second
    const renewTime = `${new Date(this.startAt + second * 1000).toISOString().slice(0, 19)}.000000Z`
    return { ...lease, spec: { ...asObject(lease.spec), renewTime } }
  }

  /** An object as it is read: its status comes from the model. */
  present(object: KubeObject): KubeObject {
    if (object.kind === 'Lease') return this.#presentLease(object)
    return this.controllers.withStatus(object)
  }
}
