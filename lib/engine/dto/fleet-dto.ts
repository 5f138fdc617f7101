import type { ClusterFuse } from '../../dns/types'
import type { FleetClusterDto } from '../../wire/fleet'
import type { ClusterRecord } from '../cluster-record'
import { iso, isoOrNull } from './times'

const MOST_REASONS = 8

/** One cluster as the fleet shows it. */
export function fleetClusterDto(
  record: ClusterRecord,
  fuse: ClusterFuse | undefined,
  now: number,
): FleetClusterDto {
  const { cluster, verdict } = record
  const { id, name, region, products, environment, problem } = cluster
  return {
    id,
    name,
    region,
    products,
    environment,
    nodes: record.nodes ?? null,
    pods: record.pods ?? null,
    version: record.version ?? null,
    controlPlane: {
      state: verdict.state,
      since: iso(verdict.since || now),
      evidenceAt: isoOrNull(verdict.evidenceAt),
      reasons: verdict.reasons
        .slice(0, MOST_REASONS)
        .map(({ code, severity, text }) => ({ code, severity, text })),
      cause: verdict.cause ?? null,
    },
    dataPlane: {
      state: fuse?.state ?? 'Unknown',
      apiLostAt: isoOrNull(fuse?.apiLostAt),
      t0At: isoOrNull(fuse?.t0At),
      firstFailureAt: isoOrNull(fuse?.firstFailureAt),
      dryAt: isoOrNull(fuse?.dryAt),
      secondsLeft: fuse?.secondsLeft === undefined ? null : Math.round(fuse.secondsLeft),
      basis: fuse?.basis ?? 'assumed',
    },
    problem: problem ? { message: problem.message, where: problem.where, hint: problem.hint } : null,
  }
}
