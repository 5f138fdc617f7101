import type { ClusterDetailDto } from '../../wire/cluster-detail'
import type { ClusterRecord } from '../cluster-record'
import { isoOrNull } from './times'

/** A list that nobody can read to its end is of no use; this many are searched in the page. */
const MOST_WORKLOADS = 300

/** What runs on a cluster, newest change first, and how much more there is than is shown. */
export function workloadDtos(
  record: Pick<ClusterRecord, 'workloads' | 'changes'>,
): Pick<ClusterDetailDto, 'workloads' | 'workloadsKnown'> {
  const changes = new Map(record.changes.map(change => [keyOf(change), change]))
  const lists = [...record.workloads.values()]
  const all = lists
    .flatMap(({ seen }) => seen)
    .map(workload => ({ workload, change: changes.get(keyOf(workload)) }))
    .map(one => ({ ...one, changedAt: one.workload.changedAt ?? one.change?.at }))
    .sort((a, b) => (b.changedAt ?? b.workload.createdAt ?? 0) - (a.changedAt ?? a.workload.createdAt ?? 0))
  return {
    workloads: all.slice(0, MOST_WORKLOADS).map(({ workload, change, changedAt }) => ({
      kind: workload.kind,
      namespace: workload.namespace,
      name: workload.name,
      version: change?.version ?? workload.labels['app.kubernetes.io/version'] ?? null,
      image: workload.images?.[0] ?? null,
      desiredPods: workload.desiredNumberScheduled ?? null,
      readyPods: workload.numberReady ?? null,
      createdAt: isoOrNull(workload.createdAt),
      changedAt: isoOrNull(changedAt),
    })),
    workloadsKnown: { total: all.length, truncated: lists.some(({ truncated }) => truncated) },
  }
}

function keyOf({ kind, namespace, name }: { kind: string; namespace: string; name: string }): string {
  return `${kind}/${namespace}/${name}`
}
