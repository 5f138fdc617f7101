import { compileGuardExpression, type GuardExpression, type GuardView } from '../../fleet/guard-expression'
import type { OwnGuard } from '../action-policy'
import { plannerOf } from '../kinds/planner-of'
import type { GuardVerdict } from '../types'
import { fleetShare } from './fleet-share'
import type { GuardInput } from './guard'

const compiled = new WeakMap<OwnGuard, GuardExpression>()

/** Verdicts of the operator's own guards, in the order of holdfast.yaml. One that fails blocks: it may have meant to. */
export function askOwnGuards(input: GuardInput): GuardVerdict[] {
  const { guards } = input.policy
  if (guards.length === 0) return []
  const view = viewOf(input)
  return guards.map(own => ask(own, view))
}

function ask(own: OwnGuard, view: GuardView): GuardVerdict {
  const guard = `own.${own.name}`
  try {
    const expression = compiled.get(own) ?? compileGuardExpression(own.when)
    compiled.set(own, expression)
    return expression(view)
      ? { guard, verdict: own.verdict, text: own.text }
      : { guard, verdict: 'pass', text: 'It has nothing against this plan.' }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {
      guard,
      verdict: 'block',
      text: `It could not be asked: ${why}. Mend \`policy.guards\` in holdfast.yaml; until then it blocks.`,
    }
  }
}

function viewOf({ plan, fleet, peopleNow, incident }: GuardInput): GuardView {
  const { request, targets, blastRadius } = plan
  const known = new Map(fleet.map(({ cluster }) => [cluster.id, cluster]))
  return {
    plan: {
      kind: request.kind,
      tier: plannerOf(request.kind).tier,
      reason: request.reason,
      targetKind: request.target.kind,
      namespace: request.target.namespace ?? '',
      name: request.target.name,
      share: fleetShare(plan, fleet),
      nodes: blastRadius.nodes,
      pods: blastRadius.pods,
      products: blastRadius.products,
      incident: typeof incident === 'string',
    },
    clusters: targets.map(target => {
      const cluster = known.get(target.clusterId)
      return {
        id: target.clusterId,
        name: target.clusterName,
        region: cluster?.region ?? '',
        environment: cluster?.environment ?? '',
        products: cluster?.products ?? [],
        labels: cluster?.labels ?? {},
        nodes: target.nodes,
        pods: target.pods ?? 0,
        state: target.state,
        dryRun: target.verification.kind === 'dry-run',
        gitOps: target.gitOps?.tool ?? '',
      }
    }),
    now: new Date(peopleNow),
  }
}
