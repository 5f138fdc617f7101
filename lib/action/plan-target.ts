import type { Clock } from '../clock/clock'
import type { ClusterClient } from '../kube/types'
import type { ActionPolicy } from './action-policy'
import type { Actuators } from './actuators/actuator'
import { lookAt } from './kinds/look'
import { plannerOf } from './kinds/planner-of'
import type { PeopleTime } from './people-time'
import type { ClusterFacts, TargetSource } from './ports'
import type { ActionRequest, PlannedStep, TargetPlan } from './types'

export interface PlanDeps {
  clock: Clock
  people: PeopleTime
  client: ClusterClient
  actuators?: Actuators
  source: TargetSource
  policy: ActionPolicy
}

export type TargetOutcome = { target: Omit<TargetPlan, 'wave'> } | { leftOut: string }

/**
 * The exact target on one cluster: live and with a server-side dry run when it answers in time, otherwise from the
 * last snapshot and marked so. `askUntil` bounds the live part, epoch ms.
 */
export async function planTarget(
  deps: PlanDeps,
  request: ActionRequest,
  facts: ClusterFacts,
  { planId, askUntil }: { planId: string; askUntil: number },
): Promise<TargetOutcome> {
  const { clock, people, policy } = deps
  const { cluster } = facts
  if (cluster.problem) return { leftOut: `its configuration cannot be used: ${cluster.problem.message}` }
  if (cluster.lanes.length === 0) return { leftOut: 'no lane leads into it: add credentials for it' }
  const budgetMs = Math.min(policy.dryRunDeadlineMs * people.speed(), askUntil - clock.now())
  const look = lookAt(deps, facts, planId, clock.now() + Math.max(0, budgetMs))
  const resolved = await plannerOf(request.kind).resolve(look, request)
  if ('leftOut' in resolved) return resolved
  const proving = provingStep(resolved.steps)
  const dryRun = proving && resolved.why === undefined ? await look.dryRun(proving.write) : 'passed'
  if (typeof dryRun === 'object' && 'refused' in dryRun)
    return { leftOut: `its API server would refuse it: ${dryRun.refused}` }
  const why = resolved.why ?? (dryRun === 'passed' ? undefined : dryRun.unknown)
  const { steps, notes, pods, gitOps, about, limits, capacity } = resolved
  return {
    target: {
      clusterId: cluster.id,
      clusterName: cluster.name,
      nodes: facts.nodes,
      pods,
      state: facts.state,
      fuseAt: facts.fuseAt,
      steps,
      verification:
        why === undefined
          ? { kind: 'dry-run', at: clock.now() }
          : { kind: 'snapshot', at: resolved.seenAt, why },
      notes: notes.length > 0 ? notes : undefined,
      about,
      gitOps,
      limits,
      capacity,
    },
  }
}

/** The step whose dry run stands for all: a person waits for the plan, and each costs a full request. */
function provingStep(steps: readonly PlannedStep[]): PlannedStep | undefined {
  return steps.find(step => step.kind === 'delete-workload') ?? steps[0]
}
