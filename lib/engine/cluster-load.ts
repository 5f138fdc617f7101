import type { ClusterLoad } from '../suspects/types'
import type { ClusterRecord } from './cluster-record'

/** Changes older than this have become the normal. */
const RECENT_MS = 90 * 60_000

/** What suspects need of one cluster: its load now against the calm before the first recent change. */
export function clusterLoad(record: ClusterRecord, now: number): ClusterLoad {
  const recent = record.changes.filter(change => now - change.at < RECENT_MS).map(change => change.at)
  const changedAt = recent.length > 0 ? Math.min(...recent) : now - 5 * 60_000
  const load = record.window.load(now)
  const seats: NonNullable<ClusterLoad['seatsByFlowSchema']> = {}
  for (const [key, held] of Object.entries(load?.seatsByFlowSchema ?? {})) {
    const schema = key.slice(key.indexOf('/') + 1)
    const baseline = record.seatsBefore(schema, changedAt)
    seats[schema] = { now: (seats[schema]?.now ?? 0) + held, baseline }
  }
  return {
    clusterId: record.cluster.id,
    nodes: record.nodes,
    state: record.verdict.state,
    distressSince: record.distressSince,
    coresNow: record.cores.now(now),
    coresBaseline: record.cores.before(changedAt),
    seatsByFlowSchema: load ? seats : undefined,
  }
}
