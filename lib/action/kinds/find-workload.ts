import { jsonBody } from '../ask-cluster'
import type { ClusterFacts, TargetSource, WorkloadSnapshot } from '../ports'
import { workloadFromObject } from '../snapshot-object'
import type { CallerTarget, TargetPlan, WorkloadTarget } from '../types'
import { workloadPath } from '../workload-paths'
import { inWords, type Look } from './look'

/** A workload as it is now, or as last seen with the reason why it is not known better. */
export type FoundWorkload = { workload: WorkloadSnapshot; why?: string } | { leftOut: string }

/** Asks the cluster, and falls back on what was last listed there. */
export async function findWorkload(look: Look, target: WorkloadTarget): Promise<FoundWorkload> {
  const got = await look.get(workloadPath(target.kind, target.namespace, target.name))
  if (got?.outcome === 'answer' && got.status === 404 && jsonBody(got)?.kind === 'Status')
    return { leftOut: `${target.kind} is not there (asked just now)` }
  const object = got?.status === 200 ? jsonBody(got) : undefined
  const workload = object && workloadFromObject(target.kind, object, look.now())
  if (workload) return { workload }
  const why = got ? inWords(got) : 'planning time was up'
  const remembered = look.source.workloads(look.facts.cluster.id).find(one => isTarget(one, target))
  return remembered
    ? { workload: remembered, why }
    : { leftOut: `never seen there, and it does not answer: ${why}` }
}

/** Clusters that were seen to carry it. */
export function carriersOf(source: TargetSource, target: WorkloadTarget): ClusterFacts[] {
  return source
    .clusters()
    .filter(({ cluster }) => source.workloads(cluster.id).some(one => isTarget(one, target)))
}

/** What else could be acted on for the same trouble. A ServiceAccount that most pods share is nobody's own caller. */
export function aboutWorkload({
  kind,
  namespace,
  name,
  serviceAccount,
}: WorkloadSnapshot): TargetPlan['about'] {
  const account = serviceAccount ?? 'default'
  const caller =
    account === 'default' ? undefined : ({ kind: 'ServiceAccount', namespace, name: account } as const)
  return { workload: { kind, namespace, name }, caller }
}

/** The workload that runs as this caller there, when it is the only one. */
export function aboutCaller(
  look: Look,
  caller: CallerTarget,
): { about: NonNullable<TargetPlan['about']>; pods?: number } {
  const own = look.source
    .workloads(look.facts.cluster.id)
    .filter(one => caller.kind === 'ServiceAccount' && one.namespace === caller.namespace)
    .filter(one => one.serviceAccount === caller.name)
  const [workload] = own
  if (!workload || own.length > 1) return { about: { caller } }
  const { kind, namespace, name, pods } = workload
  return { about: { workload: { kind, namespace, name }, caller }, pods }
}

function isTarget(workload: WorkloadSnapshot, { kind, namespace, name }: WorkloadTarget): boolean {
  return workload.kind === kind && workload.namespace === namespace && workload.name === name
}
