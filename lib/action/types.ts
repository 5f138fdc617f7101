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

interface RequestOf<K extends string, T extends WorkloadTarget | CallerTarget> {
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
export type RollBackWorkload = RequestOf<'roll-back-workload', WorkloadTarget>

/** What a person asks for. Clusters are named, or all that carry the object. */
export type ActionRequest =
  | RemoveService
  | MuteCaller
  | RevokeCaller
  | ShrinkFootprint
  | ScaleWorkload
  | RollBackWorkload

/** Kinds of guarded actions; each has its own planner in `kinds/`. */
export type ActionKind = ActionRequest['kind']

/** One write of a plan's step on one cluster: everything that is needed to send it, and to send it again. */
export interface PlannedWrite {
  method: 'DELETE' | 'POST' | 'PATCH' | 'PUT'
  path: string
  body?: unknown
  contentType?: string
  /** What it says of the object, how an answer is read: see `classifierFor`. */
  guard: 'uid' | 'created' | 'own-name' | 'selector' | 'test'
}

export type StepKind =
  | 'revoke-rights'
  | 'delete-workload'
  | 'delete-pods'
  | 'create-level'
  | 'create-schema'
  | 'change-workload'

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
  gitOps?: { tool: 'argocd' | 'flux' | 'helm'; name: string }
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

/** What the cluster looked like at one moment, as far as it was known. */
export interface ClusterFigures {
  at: number
  state: string
  canaryP95Ms?: number
  cores?: number
  /** Pods of the target; `some` when there are more than were counted. */
  pods?: number | 'some'
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
