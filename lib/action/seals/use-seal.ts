import { HoldfastError } from '../../errors'
import { stored } from '../action-context'
import { plannerOf } from '../kinds/planner-of'
import type { Actor } from '../ports'
import type { ActionRow } from '../store'
import type { ActionRequest } from '../types'
import { onlyIn } from './answer-seal'
import { findSeal, type SealContext, sealRefused } from './seal-context'
import type { Seal } from './types'
import { beyondSeal } from './within-seal'

/**
 * Plans what was sealed against the targets as they are now, and arms it if it stays within what was approved. The
 * second person answered ahead and is not asked again; every other guard is.
 * @returns the running action
 * @throws HoldfastError `not-found`, `conflict` unless it is approved and neither used nor expired, `blocked-by-guard`
 * with what goes beyond the seal and what guards refuse, `unavailable`
 */
export async function useSeal(
  context: SealContext,
  id: string,
  { digest }: { digest: string },
  actor: Actor,
): Promise<ActionRow> {
  const seal = await findSeal(context, id)
  onlyIn(seal, ['approved'], context.people.now())
  if (digest !== seal.digest) {
    const reason = 'This is not the scope that you looked at. Open it again.'
    throw await sealRefused(context, seal, [{ guard: 'seal.digest', reason }], actor)
  }
  const clusterIds = carriersWithin(context, seal)
  if (clusterIds.length === 0) {
    const reason = 'No cluster that was approved carries it now.'
    throw await sealRefused(context, seal, [{ guard: 'seal.clusters', reason }], actor)
  }
  const plan = await context.plan(requestOf(seal, clusterIds), actor)
  const beyond = beyondSeal(seal, plan, clusterId => seenOn(context, seal, clusterId))
  if (beyond.length > 0) throw await sealRefused(context, seal, beyond, actor)
  const { answer } = seal
  if (!answer) throw new HoldfastError('conflict', 'Nobody approved this seal.')
  const approval = {
    askedBy: seal.preparedBy,
    askedAs: seal.preparedAs,
    askedAt: seal.preparedAt,
    reason: seal.reason,
    overrideAt: seal.expiresAt,
    answer: { kind: 'approved' as const, ...answer },
  }
  return context.arm(plan.id, approval, () => spend(context, seal, plan.id, actor), actor)
}

/** Where it is and may be acted on; what is elsewhere is not touched. */
export function carriersWithin({ source }: SealContext, seal: Seal): string[] {
  const approved = new Set(seal.scope.clusterIds)
  return carriersOf({ source }, seal).filter(id => approved.has(id))
}

export function carriersOf({ source }: Pick<SealContext, 'source'>, seal: Seal): string[] {
  return plannerOf(seal.scope.kind)
    .carriers(source, requestOf(seal))
    .map(({ cluster }) => cluster.id)
}

function requestOf({ scope, reason }: Seal, clusterIds?: string[]): ActionRequest {
  return { kind: scope.kind, target: scope.target, clusterIds, reason }
}

function seenOn({ source }: SealContext, { scope: { target } }: Seal, clusterId: string) {
  return source
    .workloads(clusterId)
    .find(
      ({ kind, namespace, name }) =>
        kind === target.kind && namespace === target.namespace && name === target.name,
    )
}

/** A seal is used once; who loses the race arms nothing. */
async function spend(context: SealContext, seal: Seal, actionId: string, actor: Actor): Promise<void> {
  const { clock, people, store } = context
  const used: Seal = { ...seal, state: 'used', used: { by: actor.name, at: people.now(), actionId } }
  const audit = {
    at: clock.now(),
    actor: actor.name,
    verb: 'seal.used',
    subject: `seal/${seal.id}`,
    detail: { action: actionId, digest: seal.digest, approvedBy: seal.answer?.by },
  }
  if (await stored(store.change('approved', used, audit))) return
  throw new HoldfastError('conflict', 'Somebody else used or withdrew it at the same moment. Look again.')
}
