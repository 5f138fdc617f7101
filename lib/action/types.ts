import type { ActuatorInput } from './actuators/actuator'

export interface WorkloadTarget {
  kind: 'DaemonSet' | 'Deployment' | 'StatefulSet'
  namespace: string
  name: string
}

export interface ServiceAccountTarget {
  kind: 'ServiceAccount'
  namespace: string
  name: string
}

/** Who calls an API server, as bindings and FlowSchemas name it. */
export type CallerTarget =
  | ServiceAccountTarget
  | { kind: 'User' | 'Group'; namespace?: undefined; name: string }

/** Nodes of a cluster by their labels, as `kubectl get nodes -l` takes them: `pool=blue,zone in (a,b)`. */
export interface NodesTarget {
  kind: 'Nodes'
  namespace?: undefined
  /** The selector. */
  name: string
}

/** What a GitOps tool or a roll-out controller acts on: by whom workloads are put back or changed. */
export interface OwnerTarget {
  kind: 'Application' | 'Kustomization' | 'HelmRelease' | 'Rollout'
  namespace: string
  name: string
}

/** Machines of Cluster API, on the management cluster. */
export interface MachinesTarget {
  kind: 'MachineDeployment' | 'MachinePool'
  namespace: string
  name: string
}

export interface ControlPlaneTarget {
  kind: 'KubeadmControlPlane'
  namespace: string
  name: string
}

export interface RouteTarget {
  kind: 'HTTPRoute'
  namespace: string
  name: string
}

/** An object of any kind with a `scale` subresource. */
export interface ScalableTarget {
  kind: 'Scalable'
  /** As kubectl has it, `plural.version.group`: `rollouts.v1alpha1.argoproj.io`. */
  resource: string
  namespace: string
  name: string
}

/** A command or webhook that holdfast.yaml declares. */
export interface ActuatorTarget {
  kind: 'Actuator'
  namespace?: undefined
  name: string
}

type AnyTarget =
  | WorkloadTarget
  | CallerTarget
  | NodesTarget
  | OwnerTarget
  | MachinesTarget
  | ControlPlaneTarget
  | RouteTarget
  | ScalableTarget
  | ActuatorTarget

interface RequestOf<K extends string, T extends AnyTarget> {
  kind: K
  target: T
  /** Ids; undefined = every cluster of the fleet that carries the target. */
  clusterIds?: string[]
  reason: string
}

export type RemoveService = RequestOf<'remove-service', WorkloadTarget>
/** Rejects the caller at the API servers, and lets it in again by itself after so many minutes of the fleet's time. */
export type MuteCaller = RequestOf<'mute-caller', CallerTarget> & { minutes: number }
export type RevokeCaller = RequestOf<'revoke-caller', CallerTarget>
/** Lets a DaemonSet run on so many nodes of each cluster, 0 for none. */
export type ShrinkFootprint = RequestOf<'shrink-footprint', WorkloadTarget & { kind: 'DaemonSet' }> & {
  nodes: number
}
export type ScaleWorkload = RequestOf<
  'scale-workload',
  WorkloadTarget & { kind: 'Deployment' | 'StatefulSet' }
> & { replicas: number }
export type ScaleResource = RequestOf<'scale-resource', ScalableTarget> & { replicas: number }
export type RollBackWorkload = RequestOf<'roll-back-workload', WorkloadTarget>

/** Nothing new is scheduled on so many of the nodes, of each cluster; what runs there stays. */
export type CordonNodes = RequestOf<'cordon-nodes', NodesTarget> & { nodes: number }
/** The same, and what runs there is evicted, within disruption budgets. */
export type DrainNodes = RequestOf<'drain-nodes', NodesTarget> & { nodes: number }
/** Lets so many cordoned nodes have work again, in batches that grow while the cluster stays calm. */
export type AdmitNodes = RequestOf<'re-admit-nodes', NodesTarget> & { nodes: number }
export type FreezeRollOuts = RequestOf<'freeze-roll-outs', OwnerTarget>
export type ScaleCluster = RequestOf<'scale-cluster', MachinesTarget> & { replicas: number }
export type ScaleApiServers = RequestOf<'scale-api-servers', ControlPlaneTarget> & { replicas: number }
/** Gives one backend of a route so many per cent of its traffic; the others share the rest as they did. */
export type ShiftTraffic = RequestOf<'shift-traffic', RouteTarget> & {
  /** Name of the backend's Service. */
  to: string
  percent: number
}

export type RunActuator = RequestOf<'run-actuator', ActuatorTarget> & { input: ActuatorInput }

/** What a person asks for. Clusters are named, or all that carry the object. */
export type ActionRequest =
  | RemoveService
  | MuteCaller
  | RevokeCaller
  | ShrinkFootprint
  | ScaleWorkload
  | ScaleResource
  | RollBackWorkload
  | CordonNodes
  | DrainNodes
  | AdmitNodes
  | FreezeRollOuts
  | ScaleCluster
  | ScaleApiServers
  | ShiftTraffic
  | RunActuator

/** Kinds of guarded actions; each has its own planner in `kinds/`. */
export type ActionKind = ActionRequest['kind']

/** One write of a plan's step on one cluster: everything that is needed to send it, and to send it again. */
export interface PlannedWrite {
  method: 'DELETE' | 'POST' | 'PATCH' | 'PUT'
  path: string
  body?: unknown
  contentType?: string
  /** What it says of the object, how an answer is read: see `classifierFor`. */
  guard: 'uid' | 'created' | 'own-name' | 'selector' | 'test' | 'eviction' | 'actuator'
}

export type StepKind =
  | 'revoke-rights'
  | 'delete-workload'
  | 'delete-pods'
  | 'create-level'
  | 'create-schema'
  | 'change-workload'
  | 'scale-resource'
  | 'cordon-node'
  | 'evict-pod'
  | 'admit-node'
  | 'admit-replicas'
  | 'pause-owner'
  | 'scale-machines'
  | 'set-weights'
  | 'run-actuator'

/** A step of the plan on one cluster; steps run in order, each with its own shot. */
export interface PlannedStep {
  kind: StepKind
  /** In words: `Delete DaemonSet observability/telemetry-collector (uid 4f…)`. */
  text: string
  object: { kind: string; namespace?: string; name: string; uid?: string }
  write: PlannedWrite
  /** The object as saved for undo; undefined when the step has no undo (pods come back by their owner). */
  saved?: Record<string, unknown>
  undo?: PlannedWrite
  /** In words, with `undo`: `Create DaemonSet observability/telemetry-collector again`. */
  undoText?: string
}

export interface TargetPlan {
  clusterId: string
  clusterName: string
  nodes: number
  /** Pods the target runs there, when known. */
  pods?: number
  state: string
  fuseAt?: number
  wave: 'canary' | 'first' | 'all'
  steps: PlannedStep[]
  /** Server-side dry run: passed, or where the plan rests on a snapshot. */
  verification: { kind: 'dry-run'; at: number } | { kind: 'snapshot'; at: number; why: string }
  /** What the steps leave out and why, in words. */
  notes?: string[]
  /** The workload and the caller that it runs as, so that another lever can be chosen for the same trouble. */
  about?: { workload?: WorkloadTarget; caller?: CallerTarget }
  /** Owner found that would put it back. */
  gitOps?: GitOpsOwner
  /** What the operator allows of a scale, and what it is now. */
  limits?: ScaleLimits
  /** Of a shift of traffic: what each ready endpoint carries, as shares of the route. */
  capacity?: BackendCapacity
}

export interface GitOpsOwner {
  tool: 'argocd' | 'flux' | 'helm'
  name: string
  /** The object that can be frozen so that nothing is put back, when its marks tell. */
  owner?: OwnerTarget
}

export interface ScaleLimits {
  from: number
  to: number
  floor: number
  ceiling: number
  maxStep: number
}

export interface BackendCapacity {
  backend: string
  /** Ready endpoints of the backend; undefined when they could not be read. */
  ready?: number
  /** Share of the route that each of its endpoints carries afterwards, and the most that any carries now. */
  each?: number
  mostNow?: number
}

export interface GuardVerdict {
  guard: string
  verdict: 'pass' | 'warn' | 'block'
  text: string
}

export interface ActionPlan {
  id: string
  request: ActionRequest
  targets: TargetPlan[]
  /** Clusters that were asked for, or may carry it, and cannot be part of it, with the reason. */
  leftOut: { clusterId: string; reason: string }[]
  blastRadius: {
    clusters: number
    fleetClusters: number
    nodes: number
    workloads: number
    pods: number
    products: string[]
  }
  guards: GuardVerdict[]
  undoStatement: string
  /** It is undone by Holdfast itself so long after its confirmation, in the fleet's time. */
  revertAfterMs?: number
  plannedAt: number
  /** Until when it can be confirmed, in people's time; of an undo, until when its shots try, in the fleet's. */
  expiresAt: number
  /** SHA-256 over targets, steps and guards' inputs, hex. What is confirmed is this digest. */
  digest: string
}

/**
 * States of a shot: one write on one cluster, durable before it is fired.
 * armed → trying → landed → verified | unverified; trying → superseded | refused | draining;
 * armed → expired | aborted; draining → aborted | expired | landed | superseded.
 * `waiting`: an earlier step of the same cluster has not landed yet.
 */
export type ShotState =
  | 'waiting'
  | 'armed'
  | 'trying'
  | 'draining'
  | 'landed'
  | 'verified'
  | 'unverified'
  | 'superseded'
  | 'refused'
  | 'expired'
  | 'aborted'

export interface Attempt {
  at: number
  lane: string
  outcome: string
  status: number
  durationMs: number
}

export interface Shot {
  id: string
  actionId: string
  clusterId: string
  /** Order within the cluster, 0 first. */
  step: number
  stepKind: StepKind
  state: ShotState
  write: PlannedWrite
  /** Fence: grows with each claim; a write with an older token changes nothing. */
  token: number
  owner?: string
  fuseAt: number
  expiresAt: number
  attempts: number
  lastAttempts: Attempt[]
  lane?: string
  landedAt?: number
  doneAt?: number
  stopReason?: StopReason
  drainingAt?: number
  /** The cluster before and after, once it is known. */
  effect?: ShotEffect
  detail: string
  updatedAt: number
}

export type StopReason = 'aborted' | 'expired' | 'frozen'

/** Nothing more of an action is begun until a person resumes it; what is under way goes on. */
export interface Pause {
  by: string
  at: number
  reason: string
  /** A person asked, or Holdfast itself because clusters grew worse where it had landed. */
  cause: 'person' | 'worse'
  /** With `worse`: those clusters. */
  clusterIds: string[]
}

/** What the cluster looked like at one moment, as far as it was known. */
export interface ClusterFigures {
  at: number
  state: string
  canaryP95Ms?: number
  cores?: number
  /** How its ordinary callers fared lately. */
  callers?: CallerFigures
  /** Pods of the target; `some` when there are more than were counted. */
  pods?: number | 'some'
}

/** Tries of the ordinary canary over some time. */
export interface CallerFigures {
  /** One that was turned away counts as 10 s at least. */
  p99Ms: number
  turnedAway: number
  tries: number
}

export interface ShotEffect {
  before?: ClusterFigures
  after?: ClusterFigures
}

/** `awaiting`: confirmed by one person, until a second approves. */
export type ActionState =
  | 'planned'
  | 'awaiting'
  | 'running'
  | 'finished'
  | 'aborting'
  | 'aborted'
  | 'expired'
  | 'undoing'
  | 'undone'
