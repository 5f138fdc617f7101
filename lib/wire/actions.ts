import { z } from 'zod'
import { actionPost, callerRef, ownerRef, workloadRef } from './action-request'
import { approvalDto } from './approval'
import { isoTime } from './time'

export const actionKind = z.enum([
  'remove-service',
  'mute-caller',
  'revoke-caller',
  'shrink-footprint',
  'scale-workload',
  'scale-resource',
  'roll-back-workload',
  'cordon-nodes',
  'drain-nodes',
  're-admit-nodes',
  'freeze-roll-outs',
  'scale-cluster',
  'scale-api-servers',
  'shift-traffic',
  'run-actuator',
])
export type ActionKindDto = z.infer<typeof actionKind>

/** `POST /api/v1/actions/{id}/confirm` */
export const confirmPost = z.strictObject({
  digest: z.string().length(64),
  /** The target's name, typed by the person. */
  typedName: z.string().max(253),
  reason: z.string().min(8).max(2_000),
})
export type ConfirmPost = z.infer<typeof confirmPost>

export const guardDto = z.object({
  guard: z.string(),
  verdict: z.enum(['pass', 'warn', 'block']),
  text: z.string(),
})
export type GuardDto = z.infer<typeof guardDto>

export const shotState = z.enum([
  'waiting',
  'armed',
  'trying',
  'draining',
  'landed',
  'verified',
  'unverified',
  'superseded',
  'refused',
  'expired',
  'aborted',
])
export type ShotStateDto = z.infer<typeof shotState>

export const actionState = z.enum([
  'planned',
  'awaiting',
  'running',
  'finished',
  'aborting',
  'aborted',
  'expired',
  'undoing',
  'undone',
])
export type ActionStateDto = z.infer<typeof actionState>

export const stepKind = z.enum([
  'revoke-rights',
  'delete-workload',
  'delete-pods',
  'create-level',
  'create-schema',
  'change-workload',
  'scale-resource',
  'cordon-node',
  'evict-pod',
  'admit-node',
  'admit-replicas',
  'pause-owner',
  'scale-machines',
  'set-weights',
  'run-actuator',
])

export const shotDto = z.object({
  id: z.string(),
  clusterId: z.string(),
  step: z.number().int(),
  stepKind,
  text: z.string(),
  state: shotState,
  attempts: z.number().int(),
  lane: z.string().nullable(),
  landedAt: isoTime.nullable(),
  doneAt: isoTime.nullable(),
  /** While draining: until when it may still take effect. */
  settledAt: isoTime.nullable(),
  detail: z.string(),
  lastAttempts: z.array(
    z.object({
      at: isoTime,
      lane: z.string(),
      outcome: z.string(),
      status: z.number(),
      durationMs: z.number(),
    }),
  ),
})
export type ShotDto = z.infer<typeof shotDto>

const clusterFiguresDto = z.object({
  at: isoTime,
  /** Control-plane state. */
  state: z.string(),
  canaryP95Ms: z.number().nullable(),
  /** CPU cores that its API servers use. */
  cores: z.number().nullable(),
})

/** How one cluster fared from before its first write on. */
export const effectDto = z.object({
  clusterId: z.string(),
  before: clusterFiguresDto,
  /** Once its effect was judged; until then as it is now, if anything was heard since it landed. */
  after: clusterFiguresDto.nullable(),
  landedAt: isoTime.nullable(),
  /** What ordinary callers waited lately, from five minutes before the first write, oldest first; null: not served. */
  waits: z.array(z.object({ at: isoTime, ms: z.number().nullable() })),
})
export type EffectDto = z.infer<typeof effectDto>

const wave = z.enum(['canary', 'first', 'all'])

export const targetDto = z.object({
  clusterId: z.string(),
  clusterName: z.string(),
  nodes: z.number().int(),
  pods: z.number().int().nullable(),
  /** Control-plane state when planned. */
  state: z.string(),
  wave,
  reachedBy: z.string(),
  verification: z.object({
    kind: z.enum(['dry-run', 'snapshot']),
    at: isoTime,
    why: z.string().nullable(),
  }),
  gitOps: z.object({ tool: z.enum(['argocd', 'flux', 'helm']), name: z.string() }).nullable(),
  steps: z.array(z.object({ kind: stepKind, text: z.string() })),
  /** What the steps leave out, or leave behind, in words. */
  notes: z.array(z.string()),
})
export type TargetDto = z.infer<typeof targetDto>

/** Counts of shots by what the workstream bar shows. */
export const progressDto = z.object({
  clusters: z.number().int(),
  /** Clusters whose workload deletion was admitted. */
  landed: z.number().int(),
  /** Clusters where workload and pods are gone. */
  done: z.number().int(),
  /** Clusters whose callers are silent and whose canary is admitted. */
  verified: z.number().int(),
  trying: z.number().int(),
  armed: z.number().int(),
  failed: z.number().int(),
  attempts: z.number().int(),
  byLane: z.record(z.string(), z.number().int()),
})
export type ProgressDto = z.infer<typeof progressDto>

/** Nothing more of an action is sent until a person resumes it. */
export const pauseDto = z.object({
  by: z.string(),
  at: isoTime,
  /** `worse`: Holdfast paused it, since callers fare worse where it landed. */
  cause: z.enum(['person', 'worse']),
  /** With `worse`, in words. */
  reason: z.string(),
  clusters: z.array(z.object({ id: z.string(), name: z.string() })),
})
export type PauseDto = z.infer<typeof pauseDto>

export const actionSummaryDto = z.object({
  id: z.string(),
  kind: actionKind,
  title: z.string(),
  /** A user or group has no namespace. */
  target: z.object({ kind: z.string(), namespace: z.string().nullable(), name: z.string() }),
  /** The action whose effect this one takes back. */
  undoOf: z.string().nullable(),
  /** When Holdfast takes it back by itself, once it is confirmed; null where it lasts. */
  revertsAt: isoTime.nullable(),
  state: actionState,
  reason: z.string(),
  by: z.string(),
  plannedAt: isoTime,
  confirmedAt: isoTime.nullable(),
  /** While planned or awaiting: until when it can be confirmed or approved, in real time, also where the fleet's time is simulated. */
  expiresAt: isoTime,
  digest: z.string(),
  /** Where a second person was asked. */
  approval: approvalDto.nullable(),
  /** While it is paused. */
  pause: pauseDto.nullable(),
  /** The wave that waits for proof of the one before, and how many clusters of it have not begun; null when none does. */
  nextWave: z.object({ wave, clusters: z.number().int() }).nullable(),
  progress: progressDto,
})
export type ActionSummaryDto = z.infer<typeof actionSummaryDto>

/** `GET /api/v1/actions/{id}` and the answer of `POST /api/v1/actions` */
export const actionDto = actionSummaryDto.extend({
  /** What was asked for; posted again it makes a fresh plan. */
  request: actionPost,
  /** Clusters that it was asked for; null = every one that carries the target. */
  clusterIds: z.array(z.string()).nullable(),
  /** The workload and the caller it runs as: for the same trouble another lever may be chosen. */
  about: z.object({
    workload: workloadRef.nullable(),
    caller: callerRef.nullable(),
    /** What would put it back, and can be frozen. */
    owner: ownerRef.nullable(),
  }),
  targets: z.array(targetDto),
  leftOut: z.array(z.object({ clusterId: z.string(), clusterName: z.string(), reason: z.string() })),
  blastRadius: z.object({
    clusters: z.number().int(),
    fleetClusters: z.number().int(),
    nodes: z.number().int(),
    workloads: z.number().int(),
    pods: z.number().int(),
    products: z.array(z.string()),
  }),
  guards: z.array(guardDto),
  /** Its confirmation does not arm it, but asks a second person. */
  asksSecondPerson: z.boolean(),
  /** Diff-like lines of what changes on one cluster, first sign is `+`, `-` or a space. */
  changes: z.array(z.string()),
  undoStatement: z.string(),
  canUndo: z.boolean(),
  canAbort: z.boolean(),
  shots: z.array(shotDto),
  /** Of every cluster that something was sent to. */
  effects: z.array(effectDto),
})
export type ActionDto = z.infer<typeof actionDto>

export const actionsDto = z.object({ actions: z.array(actionSummaryDto) })

/** The answer of `POST /api/v1/actions/freeze` and `thaw`. */
export const freezeDto = z.object({ frozen: z.boolean(), by: z.string(), at: isoTime })
export type FreezeDto = z.infer<typeof freezeDto>
