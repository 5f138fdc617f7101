import { HoldfastError } from '../../errors'
import type { ActPart } from '../../fleet/play-schema'
import { parseActionRequest } from '../parse-request'
import type { ActionRequest, WorkloadTarget } from '../types'
import { aimAtActuator, aimAtControlPlane } from './find-levers'
import { filterText, matchClusters } from './match-clusters'
import type { PlayFacts } from './types'

const WORKLOADS = ['DaemonSet', 'Deployment', 'StatefulSet'] as const

/** Whom a part means. */
export interface Aim {
  target: unknown
  /** Where it is known to be; a part's own filter chooses from these. */
  carriers?: readonly string[]
  /** It needs no object to be there: clusters that admit nobody are meant too, since what runs there cannot be read. */
  byName?: boolean
  /** Exactly these clusters, whatever the filter, which was heeded already. */
  clusterIds?: string[]
  with?: Record<string, unknown>
}

/**
 * The request that a part comes to now, or why it comes to none. Pure; what it names is checked like a request from
 * outside, and planned and guarded like one.
 */
export function resolvePart(
  part: ActPart,
  facts: PlayFacts,
  reason: string,
): { request: ActionRequest } | { why: string } {
  const aim = aimOf(part, facts)
  if ('why' in aim) return aim
  const clusterIds = aim.clusterIds ?? clustersOf(part, facts, aim)
  if (clusterIds?.length === 0)
    return { why: `nothing of it is on a cluster that is ${filterText(part.on ?? {})}` }
  const value = { ...part.with, ...aim.with, kind: part.does, target: aim.target, clusterIds, reason }
  try {
    return { request: parseActionRequest(value) }
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    return { why: unfit(part, aim.target) ?? error.message }
  }
}

function aimOf(part: ActPart, facts: PlayFacts): Aim | { why: string } {
  const { target } = part
  if (typeof target === 'object' && 'ownerOf' in target) {
    const owner = facts.ownerOf(target.ownerOf)
    return owner
      ? { target: owner }
      : { why: `nothing is known that would change or restart ${target.ownerOf.name} by itself` }
  }
  if (typeof target === 'object' && 'actuatorFor' in target)
    return aimAtActuator(target.actuatorFor, part, facts)
  if (typeof target === 'object') return { target }
  if (target === 'control-plane') return aimAtControlPlane(part, facts)
  return aimAtSuspect(target, facts)
}

function aimAtSuspect(
  target: 'suspect' | 'suspect-caller' | 'suspect-owner',
  facts: PlayFacts,
): Aim | { why: string } {
  const { suspect } = facts
  if (!suspect) return { why: 'no suspect leads the ranking' }
  const { namespace, name, clusterIds: carriers } = suspect
  const kind = WORKLOADS.find(one => one === suspect.kind)
  if (target === 'suspect-caller') {
    return suspect.serviceAccount
      ? {
          target: { kind: 'ServiceAccount', namespace, name: suspect.serviceAccount },
          carriers,
          byName: true,
        }
      : { why: `nothing is known of whom ${name} calls the API servers as` }
  }
  if (!kind) return { why: `${suspect.kind} ${name} is no workload` }
  const workload: WorkloadTarget = { kind, namespace, name }
  if (target === 'suspect') return { target: workload, carriers }
  const owner = facts.ownerOf(workload)
  return owner ? { target: owner } : { why: `no Argo CD or Flux owner of ${name} is known` }
}

const UNREADABLE: ReadonlySet<string> = new Set(['LockedOut', 'Dark'])

/** undefined: every cluster that carries it, which the action finds itself. */
function clustersOf(
  { on }: ActPart,
  { clusters }: PlayFacts,
  { carriers, byName }: Aim,
): string[] | undefined {
  if (!on) return undefined
  const known = carriers && new Set(carriers)
  return matchClusters(on, clusters)
    .filter(({ id, state }) => (known?.has(id) ?? true) || (byName === true && UNREADABLE.has(state)))
    .map(({ id }) => id)
}

function unfit({ does }: ActPart, target: unknown): string | undefined {
  const kind: unknown = Object(target).kind
  if (does === 'shrink-footprint' && kind !== 'DaemonSet')
    return `a ${kind} cannot be shrunk, only a DaemonSet`
  if (does === 'scale-workload' && kind === 'DaemonSet') return 'a DaemonSet has no number of replicas'
  return undefined
}
