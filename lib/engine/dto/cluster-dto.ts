import type { FuseTracker } from '../../dns/fuse/fuse-tracker'
import { instantsAround } from '../../dns/fuse/roll-up'
import type { TimelineEntry } from '../../incident/types'
import type { ApiServerSample, PriorityLevelSample } from '../../metrics/types'
import type { ProbeCost } from '../../probe/types'
import type { ClusterDetailDto } from '../../wire/cluster-detail'
import type { ClusterRecord } from '../cluster-record'
import { dnsChainDto } from './dns-chain-dto'
import { fleetClusterDto } from './fleet-dto'
import { clusterFuseDto, survivalDto } from './fuses-dto'
import { timelineEntryDto } from './timeline-dto'
import { iso } from './times'
import { workloadDtos } from './workload-dtos'

/** Everything the cluster page shows. */
export function clusterDetailDto(
  record: ClusterRecord,
  { fuses, cost, timeline }: { fuses: FuseTracker; cost: ProbeCost | undefined; timeline: TimelineEntry[] },
  now: number,
): ClusterDetailDto {
  const fuse = fuses.fuse(record.cluster.id, now)
  const samples = record.servers.latest()
  return {
    ...fleetClusterDto(record, fuse, now),
    at: iso(now),
    lanes: record.lanes.toDto(record.cluster.lanes, now),
    servers: record.servers.toDto(),
    latency: record.latency
      .toArray()
      .map(({ at, probe, ms, outcome }) => ({ at: iso(at), probe, ms: ms ?? null, outcome })),
    priorityLevels: priorityLevelDtos(samples),
    flowSchemas: flowSchemaDtos(samples),
    objects: Object.assign({}, ...samples.map(sample => sample.objectsByResource)),
    ...workloadDtos(record),
    fuse: clusterFuseDto(record, fuse),
    curve: survivalDto(fuses.curve(record.cluster.id, instantsAround(now))),
    dnsChain: dnsChainDto(record, fuse, now),
    dnsFlags: record.chain.flags.map(flag => flag.text),
    timeline: timeline.filter(entry => entry.clusterId === record.cluster.id).map(timelineEntryDto),
    cost: { requestsPerMinute: cost?.requestsPerMinute ?? 0, bytesPerMinute: cost?.bytesPerMinute ?? 0 },
  }
}

/** Adds up what is told; null when no server tells it. */
function sum(values: (number | undefined)[]): number | null {
  const known = values.filter(value => value !== undefined)
  return known.length > 0 ? known.reduce((a, b) => a + b, 0) : null
}

/** Seats are limits of each server, so the sums over servers keep their proportion. */
function priorityLevelDtos(samples: ApiServerSample[]): ClusterDetailDto['priorityLevels'] {
  const byName = new Map<string, PriorityLevelSample[]>()
  for (const level of samples.flatMap(sample => sample.priorityLevels))
    byName.set(level.name, [...(byName.get(level.name) ?? []), level])
  return [...byName]
    .map(([name, levels]) => ({
      name,
      limit: name === 'exempt' ? null : sum(levels.map(level => level.limitSeats)),
      executing: sum(levels.map(level => level.executingSeats ?? level.executingRequests)),
      queued: sum(levels.map(level => level.inqueueRequests)),
      rejected: sum(levels.map(level => level.rejectedTotal)),
    }))
    .sort((a, b) => (b.limit ?? 1e9) - (a.limit ?? 1e9))
}

function flowSchemaDtos(samples: ApiServerSample[]): ClusterDetailDto['flowSchemas'] {
  const rows = new Map<string, ClusterDetailDto['flowSchemas'][number]>()
  for (const schema of samples.flatMap(sample => sample.flowSchemas)) {
    const key = `${schema.priorityLevel}/${schema.name}`
    const row = rows.get(key) ?? {
      name: schema.name,
      priorityLevel: schema.priorityLevel,
      executing: null,
      queued: null,
      share: null,
    }
    row.executing = sum([row.executing ?? undefined, schema.executingSeats ?? schema.executingRequests])
    row.queued = sum([row.queued ?? undefined, schema.inqueueRequests])
    rows.set(key, row)
  }
  const all = [...rows.values()]
  const total = all.reduce((seats, row) => seats + (row.executing ?? 0), 0)
  for (const row of all) row.share = total > 0 && row.executing !== null ? row.executing / total : null
  return all.sort((a, b) => (b.executing ?? 0) - (a.executing ?? 0)).slice(0, 12)
}
