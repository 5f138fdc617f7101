import { randomUUID } from 'node:crypto'
import { digestOf } from '../../audit/canonical-json'
import { HoldfastError } from '../../errors'
import { stored } from '../action-context'
import type { Actor } from '../ports'
import type { StepKind, WorkloadTarget } from '../types'
import type { SealContext } from './seal-context'
import type { Seal, SealedKind, SealScope } from './types'

/** What somebody prepares when a roll-out is registered. */
export interface SealWish {
  changeId: string
  kind: SealedKind
  target: { kind: string; namespace: string; name: string }
  version?: string
  /** Ids of the clusters that the roll-out names; empty: every one that is in the fleet now. */
  clusterIds: readonly string[]
  hours: number
  maxNodes?: number
  reason: string
}

const WORKLOADS = ['DaemonSet', 'Deployment', 'StatefulSet'] as const
const STEPS: Record<SealedKind, StepKind[]> = {
  'remove-service': ['revoke-rights', 'delete-workload', 'delete-pods'],
  'roll-back-workload': ['change-workload', 'delete-pods'],
}
const HOUR_MS = 3_600_000
/** Node pools breathe; a fleet that has grown by more is another one than was agreed on. */
const GROWTH = 1.25

/**
 * Keeps what a removal or roll-back may come to, for a second person to approve ahead. Nothing is planned yet: targets
 * are resolved when it is used.
 * @throws HoldfastError `invalid-input` for what is no workload, `unavailable`
 */
export async function prepareSeal(context: SealContext, wish: SealWish, actor: Actor): Promise<Seal> {
  const { clock, people, store } = context
  const target = workloadOf(wish.target)
  const preparedAt = people.now()
  const expiresAt = preparedAt + wish.hours * HOUR_MS
  const scope = scopeOf(context, wish, target)
  const seal: Seal = {
    id: randomUUID(),
    state: 'prepared',
    scope,
    digest: sealDigest(scope, expiresAt),
    changeId: wish.changeId,
    reason: wish.reason,
    preparedBy: actor.name,
    preparedAs: actor.identities,
    preparedAt,
    expiresAt,
  }
  const { kind, clusterIds } = scope
  const detail = {
    kind,
    target,
    clusters: clusterIds.length,
    digest: seal.digest,
    reason: wish.reason,
    expiresAt,
  }
  await stored(
    store.add(seal, {
      at: clock.now(),
      actor: actor.name,
      verb: 'seal.prepared',
      subject: `seal/${seal.id}`,
      detail,
    }),
  )
  return seal
}

export function sealDigest(scope: SealScope, expiresAt: number): string {
  return digestOf({ scope, expiresAt })
}

function workloadOf({ kind, namespace, name }: SealWish['target']): WorkloadTarget {
  const known = WORKLOADS.find(one => one === kind)
  if (known && namespace) return { kind: known, namespace, name }
  throw new HoldfastError('invalid-input', `Nothing can be sealed for ${kind} ${name}.`, {
    where: '$.sealed',
    hint: `Register a ${WORKLOADS.join(', ')} with its namespace.`,
  })
}

function scopeOf({ source }: SealContext, wish: SealWish, target: WorkloadTarget): SealScope {
  const named = new Set(wish.clusterIds)
  const meant = source.clusters().filter(({ cluster }) => named.size === 0 || named.has(cluster.id))
  const nodes = meant.reduce((sum, one) => sum + one.nodes, 0)
  return {
    kind: wish.kind,
    target,
    ...(wish.version !== undefined && { version: wish.version }),
    clusterIds: meant.map(({ cluster }) => cluster.id).sort(),
    ...(wish.maxNodes !== undefined
      ? { maxNodes: wish.maxNodes }
      : nodes > 0 && { maxNodes: Math.ceil(nodes * GROWTH) }),
    stepKinds: STEPS[wish.kind],
  }
}
