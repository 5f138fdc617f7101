import type { ClusterFacts, TargetSource } from '../ports'
import type { CallerTarget } from '../types'

/** Clusters where some workload was seen to run as this ServiceAccount. Users and groups are seen nowhere. */
export function carriersOfCaller(source: TargetSource, caller: CallerTarget): ClusterFacts[] {
  if (caller.kind !== 'ServiceAccount') return []
  return source
    .clusters()
    .filter(({ cluster }) =>
      source
        .workloads(cluster.id)
        .some(one => one.namespace === caller.namespace && (one.serviceAccount ?? 'default') === caller.name),
    )
}
