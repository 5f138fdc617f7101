import type { Clock } from '../clock/clock'
import type { ClusterClient, KubeResult } from '../kube/types'
import type { ActionPolicy } from './action-policy'
import { askCluster, jsonBody } from './ask-cluster'
import { findGitOpsOwner } from './find-gitops-owner'
import type { PeopleTime } from './people-time'
import { planSteps } from './plan-steps'
import type { BindingSnapshot, ClusterFacts, TargetSource, WorkloadSnapshot } from './ports'
import { bindingFromObject, bindsAccount, workloadFromObject } from './snapshot-object'
import type { ActionRequest, TargetPlan } from './types'
import { bindingPath, workloadPath } from './workload-paths'

export interface PlanDeps {
  clock: Clock
  people: PeopleTime
  client: ClusterClient
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
  askUntil: number,
): Promise<TargetOutcome> {
  const { clock, people, policy, source } = deps
  const { cluster } = facts
  if (cluster.problem) return { leftOut: `its configuration cannot be used: ${cluster.problem.message}` }
  if (cluster.lanes.length === 0) return { leftOut: 'no lane leads into it: add credentials for it' }
  const remembered = source.workloads(cluster.id).find(one => matches(one, request))
  const budgetMs = Math.min(policy.dryRunDeadlineMs * people.speed(), askUntil - clock.now())
  const live = budgetMs > 0 ? await lookLive(deps, request, facts, budgetMs) : { why: 'planning time was up' }
  if ('gone' in live) return { leftOut: `${request.target.kind} is not there (asked just now)` }
  const workload = 'workload' in live ? live.workload : remembered
  if (!workload)
    return {
      leftOut: 'why' in live ? `never seen there, and it does not answer: ${live.why}` : 'never seen there',
    }
  const bindings =
    ('workload' in live ? live.bindings : undefined) ??
    source.bindings(cluster.id, workload.namespace, workload.serviceAccount ?? 'default')
  const { steps, notes } = planSteps({ workload, workloads: source.workloads(cluster.id), bindings })
  return {
    target: {
      clusterId: cluster.id,
      clusterName: cluster.name,
      nodes: facts.nodes,
      pods: workload.pods,
      state: facts.state,
      fuseAt: facts.fuseAt,
      steps,
      verification:
        'workload' in live && live.why === undefined
          ? { kind: 'dry-run', at: clock.now() }
          : { kind: 'snapshot', at: workload.seenAt, why: live.why ?? 'not answered' },
      notes: notes.length > 0 ? notes : undefined,
      gitOps: findGitOpsOwner(workload.labels, workload.annotations),
    },
  }
}

type LiveLook =
  | { workload: WorkloadSnapshot; bindings?: BindingSnapshot[]; why?: string }
  | { gone: true }
  | { why: string }

async function lookLive(
  { clock, client, source }: PlanDeps,
  { target }: ActionRequest,
  facts: ClusterFacts,
  budgetMs: number,
): Promise<LiveLook> {
  const until = clock.now() + budgetMs
  const path = workloadPath(target.kind, target.namespace, target.name)
  const got = await askCluster(client, clock, facts, { method: 'GET', path }, budgetMs)
  if (got?.outcome === 'answer' && got.status === 404 && jsonBody(got)?.kind === 'Status')
    return { gone: true }
  const object = got?.status === 200 ? jsonBody(got) : undefined
  const workload = object && workloadFromObject(target.kind, object, clock.now())
  if (!workload) return { why: inWords(got) }
  const account = workload.serviceAccount ?? 'default'
  const known = source.bindings(facts.cluster.id, workload.namespace, account)
  const bindings = known
    ? undefined
    : await readBindings(client, clock, facts, workload.namespace, account, { until, first: got?.laneId })
  const dryRun = await askCluster(
    client,
    clock,
    facts,
    {
      method: 'DELETE',
      // In the body too: a server that gets a body does not look at the query.
      path: `${path}?dryRun=All`,
      body: {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        preconditions: { uid: workload.uid },
        dryRun: ['All'],
      },
    },
    until - clock.now(),
    got?.laneId,
  )
  const passed = dryRun?.outcome === 'answer' && dryRun.status >= 200 && dryRun.status < 300
  return { workload, bindings, why: passed ? undefined : `dry run: ${inWords(dryRun)}` }
}

async function readBindings(
  client: ClusterClient,
  clock: Clock,
  facts: ClusterFacts,
  namespace: string,
  account: string,
  { until, first }: { until: number; first?: string },
): Promise<BindingSnapshot[] | undefined> {
  const found: BindingSnapshot[] = []
  const lists = [
    { kind: 'ClusterRoleBinding', path: bindingPath(undefined) },
    { kind: 'RoleBinding', path: '/apis/rbac.authorization.k8s.io/v1/rolebindings' },
  ] as const
  for (const { kind, path } of lists) {
    const result = await askCluster(
      client,
      clock,
      facts,
      { method: 'GET', path: `${path}?limit=500` },
      until - clock.now(),
      first,
    )
    const body = result?.status === 200 ? jsonBody(result) : undefined
    // A list that goes on is not read further here: rights that are only half known are not planned on.
    const more = (body?.metadata as { continue?: unknown } | undefined)?.continue
    // An empty list may come as `items: null`.
    const items = body?.items === null ? [] : body?.items
    if (!Array.isArray(items) || more) return undefined
    for (const item of items) {
      const binding =
        item && typeof item === 'object' ? bindingFromObject(kind, item, clock.now()) : undefined
      if (binding && bindsAccount(binding, namespace, account)) found.push(binding)
    }
  }
  return found
}

function matches(workload: WorkloadSnapshot, { target }: ActionRequest): boolean {
  return (
    workload.kind === target.kind && workload.namespace === target.namespace && workload.name === target.name
  )
}

function inWords(result: KubeResult | undefined): string {
  if (!result) return 'no time left to ask'
  if (result.outcome !== 'answer')
    return `no answer (${result.outcome} after ${(result.durationMs / 1000).toFixed(1)} s)`
  return `it answered ${result.status}`
}
