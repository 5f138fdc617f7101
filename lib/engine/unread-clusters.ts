import type { WorkloadTarget } from '../action/types'
import type { Announcement } from '../suspects/place-announcement'
import type { ClusterRecord } from './cluster-record'

/** A pipeline tells of a change before it is made; a list read so long after its word has seen it. */
const WORD_LEADS_MS = 2 * 60_000

/**
 * Clusters where the workload may have arrived since their inventory was read: a pipeline says so, or the last list
 * is older than its first appearance anywhere, or there never was one. Those that are known to carry it are not named.
 */
export function unreadClusters(
  records: Iterable<Pick<ClusterRecord, 'cluster' | 'workloads' | 'changes'>>,
  announcements: readonly Announcement[],
  { kind, namespace, name }: WorkloadTarget,
): string[] {
  const isTarget = (one: { kind: string; namespace: string; name: string }) =>
    one.kind === kind && one.namespace === namespace && one.name === name
  const all = [...records]
  const told = announcements.filter(isTarget)
  const changedAt = [...all.flatMap(({ changes }) => changes.filter(isTarget)), ...told].map(({ at }) => at)
  const beganAt = changedAt.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const toldAt = new Map<string, number>()
  for (const { at, clusterIds } of told)
    for (const id of clusterIds) toldAt.set(id, Math.max(at, toldAt.get(id) ?? at))
  return all.flatMap(({ cluster, workloads }) => {
    const list = workloads.get(kind)
    if (list?.seen.some(isTarget)) return []
    const saidAt = toldAt.get(cluster.id)
    const isUnread =
      !list ||
      (beganAt !== Number.POSITIVE_INFINITY && list.at < beganAt) ||
      (saidAt !== undefined && list.at < saidAt + WORD_LEADS_MS)
    return isUnread ? cluster.id : []
  })
}
