import { randomUUID } from 'node:crypto'
import { digestOf } from '../audit/canonical-json'
import { storableJson } from '../audit/storable-json'
import { assignWaves } from './assign-waves'
import { evaluateGuards } from './guards/evaluate-guards'
import { plannerOf } from './kinds/planner-of'
import { mapConcurrently } from './map-concurrently'
import { type PlanDeps, planTarget, type TargetOutcome } from './plan-target'
import type { ClusterFacts, TargetSource } from './ports'
import type { BusyClusters } from './store'
import type { ActionPlan, ActionRequest, TargetPlan } from './types'

/**
 * Resolves a request to exact writes on exact objects. Nothing is changed anywhere; the plan says what a confirmation
 * would do, what speaks against it, and for how long it holds.
 */
export async function planAction(
  deps: PlanDeps,
  request: ActionRequest,
  busyClusters: BusyClusters,
  approvers: readonly string[] = [],
): Promise<ActionPlan> {
  const { clock, people, source, policy } = deps
  const fleet = source.clusters()
  const asked = clustersAsked(deps, request)
  const planId = randomUUID()
  const bounds = { planId, askUntil: clock.now() + policy.dryRunBudgetMs * people.speed() }
  const outcomes = await mapConcurrently(asked.facts, policy.dryRunConcurrency, facts =>
    planTarget(deps, request, facts, bounds),
  )
  const leftOut = [...asked.unknown.map(clusterId => ({ clusterId, reason: 'no such cluster in the fleet' }))]
  const resolved: Omit<TargetPlan, 'wave'>[] = []
  outcomes.forEach((outcome: TargetOutcome, i) => {
    if ('target' in outcome) resolved.push(outcome.target)
    else leftOut.push({ clusterId: asked.facts[i]?.cluster.id ?? '', reason: outcome.leftOut })
  })
  if (!request.clusterIds) leftOut.push(...reachedMeanwhile(deps, request, asked.facts))
  const targets = assignWaves(resolved)
  const plannedAt = clock.now()
  const peopleNow = people.now()
  // What is digested is what the database gives back.
  const draft = storableJson({
    id: planId,
    request,
    targets,
    leftOut,
    blastRadius: measureBlastRadius(request, targets, source.clusters()),
    undoStatement: plannerOf(request.kind).undoStatement(targets, request),
    revertAfterMs: request.kind === 'mute-caller' ? request.minutes * 60_000 : undefined,
    plannedAt,
    expiresAt: peopleNow + policy.planTtlMs,
  })
  // The reason comes with the confirmation and is judged there: a plan that has none yet is not blocked by that.
  const guards = evaluateGuards({
    plan: draft,
    fleet,
    policy,
    now: plannedAt,
    peopleNow,
    busyClusters,
    approvers,
    incident: source.incident?.(),
  }).filter(one => one.guard !== 'request.reason')
  return { ...draft, guards, digest: planDigest({ ...draft, guards }) }
}

/** What a person confirms: every field of the plan but the digest itself. */
export function planDigest({
  digest: _self,
  ...plan
}: Omit<ActionPlan, 'digest'> & { digest?: string }): string {
  return digestOf(plan)
}

function clustersAsked(
  { source }: PlanDeps,
  request: ActionRequest,
): { facts: ClusterFacts[]; unknown: string[] } {
  if (!request.clusterIds) return { facts: plannerOf(request.kind).carriers(source, request), unknown: [] }
  const facts: ClusterFacts[] = []
  const unknown: string[] = []
  for (const id of new Set(request.clusterIds)) {
    const known = source.cluster(id)
    if (known) facts.push(known)
    else unknown.push(id)
  }
  return { facts, unknown }
}

/** A roll-out goes on while its removal is planned: whom it reached, or may have, is named rather than missed. */
function reachedMeanwhile(
  { source }: PlanDeps,
  request: ActionRequest,
  asked: readonly ClusterFacts[],
): ActionPlan['leftOut'] {
  const known = new Set(asked.map(({ cluster }) => cluster.id))
  const leftOut: ActionPlan['leftOut'] = []
  const name = (clusterId: string, reason: string) => {
    if (!known.has(clusterId)) leftOut.push({ clusterId, reason })
    known.add(clusterId)
  }
  for (const { cluster } of plannerOf(request.kind).carriers(source, request))
    name(cluster.id, 'reached while this was planned: plan again to include it')
  for (const clusterId of unreadOf(source, request))
    name(clusterId, 'not read since it may have got there: once it is read, plan again to include it')
  return leftOut
}

/** Whose target is no workload and nobody that workloads run as. */
const WITHOUT_WORKLOADS: ReadonlySet<ActionRequest['target']['kind']> = new Set([
  'Nodes',
  'Actuator',
  'MachineDeployment',
  'MachinePool',
  'KubeadmControlPlane',
  'HTTPRoute',
  'Scalable',
])

function measureBlastRadius(
  { target }: ActionRequest,
  targets: TargetPlan[],
  fleet: readonly ClusterFacts[],
): ActionPlan['blastRadius'] {
  const byId = new Map(fleet.map(facts => [facts.cluster.id, facts]))
  const products = new Set(targets.flatMap(target => byId.get(target.clusterId)?.cluster.products ?? []))
  return {
    clusters: targets.length,
    fleetClusters: fleet.length,
    nodes: targets.reduce((sum, target) => sum + target.nodes, 0),
    workloads: WITHOUT_WORKLOADS.has(target.kind) ? 0 : targets.length,
    pods: targets.reduce((sum, target) => sum + (target.pods ?? 0), 0),
    products: [...products].sort(),
  }
}

/** Only what a list of workloads would show can have been missed. */
function unreadOf(source: TargetSource, request: ActionRequest): readonly string[] {
  const { kind, namespace, name } = request.target
  if (kind !== 'DaemonSet' && kind !== 'Deployment' && kind !== 'StatefulSet') return []
  return source.unread?.({ kind, namespace, name }) ?? []
}
