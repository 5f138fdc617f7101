import type { ClusterLoad } from '../suspects/types'
import type { ClusterRecord } from './cluster-record'

/** Changes that are older than this when distress begins have become the normal. */
const RECENT_MS = 90 * 60_000
const UNCHANGED_MS = 5 * 60_000

/**
 * What suspects need of one cluster: its load now against the calm before the first recent change. While it is sick
 * the baseline stays where it was when it fell ill, however long that lasts.
 */
export function clusterLoad(record: ClusterRecord, now: number): ClusterLoad {
  const fellIllAt = Math.min(record.distressSince ?? now, now)
  const firstChange = record.changes.reduce(
    (first, { at }) => (fellIllAt - at < RECENT_MS ? Math.min(first, at) : first),
    Number.POSITIVE_INFINITY,
  )
  const changedAt = Number.isFinite(firstChange) ? firstChange : fellIllAt - UNCHANGED_MS
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
