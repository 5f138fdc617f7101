import type { Approval } from '../../action/approval'
import { asksSecondPerson } from '../../action/guards/second-person'
import { plannerOf } from '../../action/kinds/planner-of'
import type { ClusterFacts } from '../../action/ports'
import { type ActionRow, type ActionSummary, type ShotRow, summaryOf } from '../../action/store'
import type { ActionPlan, Pause, TargetPlan } from '../../action/types'
import type {
  ActionDto,
  ActionSummaryDto,
  PauseDto,
  ProgressDto,
  ShotDto,
  TargetDto,
} from '../../wire/actions'
import type { ApprovalDto } from '../../wire/approval'
import { effectDtos } from './effect-dto'
import { iso, isoOrNull } from './times'

/** What the engine knows of clusters when an action is shown. */
export interface ActionContext {
  clusterName(id: string): string
  /** The undo that runs for it, with its shots. */
  undo?: { action: ActionSummary; shots: ShotRow[] }
  /** How a cluster is reached at the moment, in words. */
  reachedBy(id: string): string
  facts(id: string): ClusterFacts | undefined
}

const WAVES = ['canary', 'first', 'all'] as const
const LANDED = new Set(['landed', 'verified', 'unverified'])
const FAILED = new Set(['superseded', 'refused', 'expired', 'aborted'])
/** A request that was sent may take effect until the server's own 60 s are over, with a margin (kube-apiserver's default). */
const SETTLE_MS = 75_000

/** An action in a line, with its progress counted by cluster. */
export function actionSummaryDto(
  action: ActionSummary,
  shots: ShotRow[],
  clusterName: ActionContext['clusterName'] = id => id,
  /** What runs while it is being undone: that is what pauses and goes on. */
  undo?: ActionContext['undo'],
): ActionSummaryDto {
  const { target, blastRadius } = action
  const running = undo ?? { action, shots }
  return {
    id: action.id,
    kind: action.kind,
    title: titleOf(action),
    target: { kind: target.kind, namespace: target.namespace ?? null, name: target.name },
    undoOf: action.undoOf ?? null,
    revertsAt: isoOrNull(action.revertsAt),
    state: action.state,
    reason: action.reason,
    by: action.by,
    plannedAt: iso(action.plannedAt),
    confirmedAt: isoOrNull(action.confirmedAt),
    expiresAt: iso(action.expiresAt),
    digest: action.digest,
    approval: action.approval ? approvalDto(action.approval) : null,
    pause: running.action.pause ? pauseDto(running.action.pause, clusterName) : null,
    nextWave: running.action.state === 'running' ? nextWaveOf(running.action, running.shots) : null,
    progress: progressDto(blastRadius.clusters, shots),
  }
}

function pauseDto({ at, clusterIds, ...pause }: Pause, clusterName: ActionContext['clusterName']): PauseDto {
  return { ...pause, at: iso(at), clusters: clusterIds.map(id => ({ id, name: clusterName(id) })) }
}

/** What widening would release. */
function nextWaveOf({ widenedTo = 0 }: ActionSummary, shots: ShotRow[]): ActionSummaryDto['nextWave'] {
  const begun = new Set(shots.flatMap(shot => (shot.state === 'waiting' ? [] : shot.clusterId)))
  const held = shots.filter(shot => shot.wave > widenedTo && !begun.has(shot.clusterId))
  const next = Math.min(...held.map(shot => shot.wave))
  const wave = WAVES[next]
  if (!wave) return null
  return { wave, clusters: new Set(held.filter(s => s.wave === next).map(s => s.clusterId)).size }
}

/** Marks of who somebody is stay on the server. */
function approvalDto({
  askedAt,
  askedAs: _own,
  overrideAt,
  answer,
  review,
  ...asked
}: Approval): ApprovalDto {
  return {
    ...asked,
    askedAt: iso(askedAt),
    overrideAt: iso(overrideAt),
    answer: answer ? answerDto(answer) : null,
    review: review ? { ...review, at: iso(review.at) } : null,
  }
}

function answerDto({ as: _own, at, ...answer }: NonNullable<Approval['answer']>): ApprovalDto['answer'] {
  return { ...answer, at: iso(at) }
}

function titleOf({ kind, target, undoOf }: ActionSummary): string {
  const title = plannerOf(kind).title({ target })
  return undoOf ? `Undo: ${title}` : title
}

/** Landed, done and verified are counted apart: an admitted deletion alone may change nothing. */
function progressDto(clusters: number, shots: ShotRow[]): ProgressDto {
  const byCluster = new Map<string, ShotRow[]>()
  for (const shot of shots) byCluster.set(shot.clusterId, [...(byCluster.get(shot.clusterId) ?? []), shot])
  const byLane: Record<string, number> = {}
  const count = { landed: 0, done: 0, verified: 0, trying: 0, armed: 0, failed: 0 }
  for (const own of byCluster.values()) {
    const main = own.find(shot => /workload/.test(shot.stepKind)) ?? own.at(-1)
    if (!main) continue
    if (LANDED.has(main.state)) {
      count.landed++
      byLane[main.lane ?? 'unknown'] = (byLane[main.lane ?? 'unknown'] ?? 0) + 1
    } else if (own.some(shot => FAILED.has(shot.state))) count.failed++
    else if (own.some(shot => shot.state === 'trying' || shot.state === 'draining')) count.trying++
    else count.armed++
    if (main.doneAt !== undefined) count.done++
    if (main.state === 'verified') count.verified++
  }
  return {
    clusters,
    ...count,
    attempts: shots.reduce((sum, shot) => sum + shot.attempts, 0),
    byLane,
  }
}

/** The whole action: plan, guards and shots. */
export function actionDto(action: ActionRow, shots: ShotRow[], context: ActionContext): ActionDto {
  const { plan } = action
  const idle = !shots.some(shot => ['waiting', 'armed', 'trying', 'draining'].includes(shot.state))
  const landed = shots.some(shot => LANDED.has(shot.state))
  const texts = new Map(
    plan.targets.flatMap(t => t.steps.map((step, i) => [`${t.clusterId}/${i}`, step.text] as const)),
  )
  return {
    ...actionSummaryDto(summaryOf(action), shots, context.clusterName, context.undo),
    clusterIds: plan.request.clusterIds ?? null,
    request: plan.request,
    about: aboutOf(plan),
    targets: plan.targets.map(target => targetDto(target, context)),
    leftOut: plan.leftOut.map(left => ({ ...left, clusterName: context.clusterName(left.clusterId) })),
    blastRadius: plan.blastRadius,
    guards: plan.guards,
    asksSecondPerson: asksSecondPerson(plan.guards),
    changes: changesOf(plan),
    undoStatement: plan.undoStatement,
    canUndo:
      !action.undoOf &&
      landed &&
      idle &&
      !['undoing', 'undone', 'aborting'].includes(action.state) &&
      // Until its pods are gone or given up, a removal is not over.
      (action.kind !== 'remove-service' || action.state !== 'running'),
    canAbort: ['awaiting', 'running', 'undoing'].includes(action.state),
    shots: shots.map(shot => shotDto(shot, texts.get(`${shot.clusterId}/${shot.step}`) ?? shot.stepKind)),
    effects: effectDtos(shots, context.facts),
  }
}

function aboutOf({ targets }: ActionPlan): ActionDto['about'] {
  const about = targets.find(target => target.about)?.about
  const owner = targets.find(target => target.gitOps?.owner)?.gitOps?.owner
  return { workload: about?.workload ?? null, caller: about?.caller ?? null, owner: owner ?? null }
}

function targetDto(target: TargetPlan, context: ActionContext): TargetDto {
  const { verification } = target
  return {
    clusterId: target.clusterId,
    clusterName: target.clusterName,
    nodes: target.nodes,
    pods: target.pods ?? null,
    state: target.state,
    wave: target.wave,
    reachedBy: context.reachedBy(target.clusterId),
    verification: {
      kind: verification.kind,
      at: iso(verification.at),
      why: verification.kind === 'snapshot' ? verification.why : null,
    },
    gitOps: target.gitOps ? { tool: target.gitOps.tool, name: target.gitOps.name } : null,
    steps: target.steps.map(({ kind, text }) => ({ kind, text })),
    notes: target.notes ?? [],
  }
}

function shotDto(shot: ShotRow, text: string): ShotDto {
  return {
    id: shot.id,
    clusterId: shot.clusterId,
    step: shot.step,
    stepKind: shot.stepKind,
    text,
    state: shot.state,
    attempts: shot.attempts,
    lane: shot.lane ?? null,
    landedAt: isoOrNull(shot.landedAt),
    doneAt: isoOrNull(shot.doneAt),
    settledAt: shot.state === 'draining' ? isoOrNull((shot.drainingAt ?? shot.updatedAt) + SETTLE_MS) : null,
    detail: shot.detail,
    lastAttempts: shot.lastAttempts.map(({ at, ...attempt }) => ({ at: iso(at), ...attempt })),
  }
}

/** What changes on one cluster, as a diff to read: every cluster's steps are of these kinds. */
function changesOf(plan: ActionPlan): string[] {
  const [example] = plan.targets
  if (!example) return []
  return example.steps.flatMap(step => {
    const where = step.object.namespace ? `${step.object.namespace}/` : ''
    const sign = step.write.method === 'DELETE' ? '-' : '+'
    return [`  ${step.object.kind} ${where}${step.object.name}`, `${sign} ${step.text}`]
  })
}
