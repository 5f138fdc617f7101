import type { GuardRefusal } from '../../errors'
import { someOf } from '../guards/guard'
import type { WorkloadSnapshot } from '../ports'
import { targetText } from '../target-text'
import type { ActionPlan } from '../types'
import { sealDigest } from './prepare-seal'
import type { Seal } from './types'

/**
 * What of a plan goes beyond what was approved ahead: nothing may. Pure.
 * @param seen the workload as last seen on a cluster, as far as it was
 */
export function beyondSeal(
  { scope, digest, expiresAt }: Seal,
  plan: Pick<ActionPlan, 'request' | 'targets' | 'blastRadius'>,
  seen: (clusterId: string) => WorkloadSnapshot | undefined,
): GuardRefusal[] {
  const refusals: GuardRefusal[] = []
  const refuse = (guard: string, reason: string) => refusals.push({ guard, reason })
  if (sealDigest(scope, expiresAt) !== digest)
    refuse(
      'seal.digest',
      'The scope is not what its digest was made of: it was changed since it was approved.',
    )
  if (plan.request.kind !== scope.kind || targetText(plan.request.target) !== targetText(scope.target))
    refuse('seal.target', `Approved was ${scope.kind} of ${targetText(scope.target)}.`)
  const approved = new Set(scope.clusterIds)
  const outside = plan.targets.filter(({ clusterId }) => !approved.has(clusterId))
  if (outside.length > 0) {
    const names = someOf(outside.map(({ clusterName }) => clusterName))
    refuse(
      'seal.clusters',
      `${names} would be touched and ${outside.length === 1 ? 'is' : 'are'} not among those approved.`,
    )
  }
  const { nodes } = plan.blastRadius
  if (scope.maxNodes !== undefined && nodes > scope.maxNodes)
    refuse('seal.nodes', `Its clusters have ${nodes} nodes now; approved were at most ${scope.maxNodes}.`)
  const kinds = new Set<string>(scope.stepKinds)
  const other = [...new Set(plan.targets.flatMap(({ steps }) => steps.map(({ kind }) => kind)))].filter(
    kind => !kinds.has(kind),
  )
  if (other.length > 0) refuse('seal.steps', `It would also ${other.join(', ')}, which was not approved.`)
  const changed = changedVersions(scope.version, plan, seen)
  if (changed) refuse('seal.version', changed)
  return refusals
}

/** The version that runs somewhere and is not the one whose removal was approved, in words. */
function changedVersions(
  version: string | undefined,
  { targets }: Pick<ActionPlan, 'targets'>,
  seen: (clusterId: string) => WorkloadSnapshot | undefined,
): string | undefined {
  if (version === undefined) return undefined
  const others = targets.flatMap(({ clusterId, clusterName }) => {
    const tag = tagOf(seen(clusterId)?.image)
    return tag !== undefined && plain(tag) !== plain(version) ? [`${clusterName} (${tag})`] : []
  })
  if (others.length === 0) return undefined
  return `Approved was version ${version}; another one runs on ${someOf(others)}.`
}

/** Of `registry:5000/team/image:v1@sha256:…` that is `v1`; none where only a digest is told. */
function tagOf(image: string | undefined): string | undefined {
  const name = image?.split('@')[0]?.split('/').at(-1)
  return name?.includes(':') ? name.split(':').at(-1) : undefined
}

const plain = (version: string) => version.replace(/^v(?=\d)/, '')
