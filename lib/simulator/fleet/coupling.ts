import type { Identity, RequestInfo } from '../api/types'
import { RejectionLedger, type RejectionOwner } from '../metrics/rejection-ledger'
import {
  deleteDaemonSet,
  deletePods,
  liftReject,
  reject,
  restoreRights,
  revoke,
  setAgentTarget,
} from '../model/levers'
import { asObject, asString } from '../objects/json'
import type { ObjectChange } from '../objects/object-store'
import { sharesField } from '../objects/seed-flow-control'
import type { KubeObject } from '../objects/types'
import type { SimulatedCluster } from './cluster'
import { isHeavyCaller, TELEMETRY } from './telemetry'

const LEVELS = 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io'
/** Kinds whose change may pull a lever. */
const WATCHED = new Set([
  'daemonsets.apps',
  'serviceaccounts',
  'flowschemas.flowcontrol.apiserver.k8s.io',
  LEVELS,
  ...['clusterroles', 'clusterrolebindings'].map(plural => `${plural}.rbac.authorization.k8s.io`),
])
/** A rejecting level with as many seats as this does not stop the agents. */
const MANY_SEATS = 20
const DEFAULT_FLOW: RejectionOwner = { flowSchema: 'service-accounts', priorityLevel: 'workload-low' }
const LIST_PODS: Omit<RequestInfo, 'query'> = {
  method: 'GET',
  path: '/api/v1/pods',
  isResource: true,
  verb: 'list',
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource: '',
}

/** Pulls the model's levers when objects change: what an object says is all that counts, not who wrote it. */
export class Coupling {
  /** Of the newest callers, also after their DaemonSet is gone. */
  #account = `system:serviceaccount:${TELEMETRY.namespace}:${TELEMETRY.name}`
  /** The last callers, while some of their pods may be left. */
  #last: KubeObject | undefined
  #orphaned = false
  /** As of so many changes of DaemonSets. */
  #heavy: { changes: number; object: KubeObject | undefined } = { changes: -1, object: undefined }
  /** The FlowSchema and level that reject the callers now. */
  rejectedBy: RejectionOwner | undefined
  readonly #rejections = new RejectionLedger()

  constructor(private readonly cluster: SimulatedCluster) {
    cluster.store.onChange(change => {
      if (WATCHED.has(change.type.id)) this.#apply(change)
    })
  }

  get callerIdentity(): Identity {
    const namespace = this.#account.split(':')[2] ?? ''
    const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated']
    return { user: this.#account, groups }
  }

  /** The DaemonSet whose pods are the model's agents; a deleted one as long as pods are left. */
  callers(): { object: KubeObject; exists: boolean } | undefined {
    const exists = this.#heavyDaemonSet()
    if (exists) return { object: exists, exists: true }
    return this.#last && this.cluster.model.agents >= 1 ? { object: this.#last, exists: false } : undefined
  }

  #heavyDaemonSet(): KubeObject | undefined {
    const { store } = this.cluster
    const changes = store.changesOf('daemonsets.apps')
    if (changes !== this.#heavy.changes)
      this.#heavy = { changes, object: store.list('daemonsets.apps').find(isHeavyCaller) }
    return this.#heavy.object
  }

  /** Pods of this DaemonSet that call heavily now; undefined when it has never had any, or has none left. */
  agentsOf(uid: string): number | undefined {
    return this.callers()?.object.metadata.uid === uid ? Math.floor(this.cluster.model.agents) : undefined
  }

  /** The pods of a deleted DaemonSet stay for good when its deletion says so. */
  orphanNext(): void {
    this.#orphaned = true
  }

  /** The agents' rejections of one server by FlowSchema; `counted` is the model's sum. */
  settleRejections(
    server: number,
    startedAt: number,
    counted: number,
  ): { owner: RejectionOwner; total: number }[] {
    return this.#rejections.settle(server, startedAt, counted, this.rejectedBy ?? DEFAULT_FLOW)
  }

  /** Pods removed by their labels: 300 a second; a DaemonSet that still exists makes them again. */
  deleteAgentPods(): void {
    deletePods(this.cluster.model)
    if (this.#orphaned) deleteDaemonSet(this.cluster.model)
  }

  deleteOneAgentPod(): void {
    const { model } = this.cluster
    model.agents = Math.max(0, model.agents - 1)
    if (this.#orphaned) this.#keepOrphans()
  }

  /** As many as there are, and nobody makes more. */
  #keepOrphans(): void {
    const { model } = this.cluster
    setAgentTarget(model, Math.min(model.agentTarget, model.agents))
  }

  #apply(change: ObjectChange): void {
    if (change.type.id === 'daemonsets.apps') this.#followDaemonSet()
    this.#followRights()
    this.#followFlows()
  }

  #followDaemonSet(): void {
    const { model } = this.cluster
    const found = this.#heavyDaemonSet()
    if (found && !found.metadata.deletionTimestamp) {
      this.#last = found
      this.#orphaned = false
      const podSpec = asObject(asObject(asObject(found.spec).template).spec)
      const account = asString(podSpec.serviceAccountName) || 'default'
      this.#account = `system:serviceaccount:${found.metadata.namespace}:${account}`
      const eligible = this.cluster.controllers.daemonPods.eligible(found)?.length
      const everywhere = eligible === undefined || eligible >= Math.round(model.nodes)
      setAgentTarget(model, everywhere ? Number.POSITIVE_INFINITY : eligible)
    } else if (this.#orphaned && !found) this.#keepOrphans()
    else if (model.agentTarget > 0) deleteDaemonSet(model)
  }

  #followRights(): void {
    const { model, store, authorizer } = this.cluster
    const identity = this.callerIdentity
    const [, , namespace, name = ''] = identity.user.split(':')
    const known = store.get('serviceaccounts', namespace, name) !== undefined
    const may = known && authorizer.allows(identity, LIST_PODS)
    // Before the workload first exists there is nobody to revoke anything from.
    if (!may && this.#last) revoke(model)
    else restoreRights(model)
  }

  #followFlows(): void {
    const { model, flows } = this.cluster
    const match = flows.classify(this.callerIdentity, { ...LIST_PODS, query: new URLSearchParams() })
    this.#settleAll()
    this.rejectedBy = undefined
    const limited = asObject(asObject(match?.level.spec).limited)
    if (
      match &&
      asObject(limited.limitResponse).type === 'Reject' &&
      match.level.metadata.name !== 'catch-all'
    ) {
      const seats = this.seatsOf(match.level)
      if (seats < MANY_SEATS) {
        this.rejectedBy = { flowSchema: match.schema.metadata.name, priorityLevel: match.level.metadata.name }
        // One request at a time is served even by a level without seats.
        reject(model, Math.max(seats, model.seatsPerList))
        return
      }
    }
    liftReject(model)
  }

  /** Files what was rejected so far before another FlowSchema takes over. */
  #settleAll(): void {
    this.cluster.model.servers.forEach((server, i) => {
      this.settleRejections(i, server.startedAt, Math.floor(server.rejectedTotal))
    })
  }

  /** NominalCL = ceil(ServerCL · shares / Σ shares) of one API server. */
  seatsOf(level: KubeObject): number {
    const own = sharesOf(level)
    const total = this.cluster.store.list(LEVELS).reduce((sum, each) => sum + sharesOf(each), 0)
    return total > 0 ? Math.ceil((this.cluster.model.inflightLimit * own) / total) : 0
  }
}

function sharesOf(level: KubeObject): number {
  const shares = asObject(asObject(level.spec).limited)[sharesField(level.apiVersion)]
  return typeof shares === 'number' ? shares : 0
}
