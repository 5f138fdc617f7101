import type { ApiServerSample } from '../metrics/types'
import type { ClusterLoad, ReplicaLoad } from './types'

export interface TimedSample {
  at: number
  laneId: string
  sample: ApiServerSample
}

/** Closer scrapes give rates that are mostly noise. */
const MIN_SECONDS = 5
/** Over a longer time a rate says nothing of now. */
const MAX_SECONDS = 600

/** Names the API server that a sample came from. */
export function replicaOf({ sample, laneId }: TimedSample): string {
  return sample.processStartAt === undefined ? laneId : String(sample.processStartAt)
}

/** The increase of a counter, where a series that did not exist yet counted nothing; undefined when it went back. */
export function increase(newer: number | undefined, older: number | undefined): number | undefined {
  if (newer === undefined) return undefined
  const grown = newer - (older ?? 0)
  return grown >= 0 && Number.isFinite(grown) ? grown : undefined
}

/**
 * Rates between two scrapes of the same API server. Undefined when they cannot be compared: another process, a text
 * that was cut, too near or too far apart.
 */
export function measureLoad(newer: TimedSample, older: TimedSample): ReplicaLoad | undefined {
  const seconds = (newer.at - older.at) / 1000
  if (!comparable(newer, older) || !(seconds >= MIN_SECONDS) || seconds > MAX_SECONDS) return undefined
  const rate = (value: number | undefined) => (value === undefined ? undefined : value / seconds)
  const [now, before] = [newer.sample, older.sample]
  const etcdCount = increase(now.etcdRequests?.count, before.etcdRequests?.count)
  const etcdSum = increase(now.etcdRequests?.sumSeconds, before.etcdRequests?.sumSeconds)
  const requestSum = increase(now.requestDuration?.sumSeconds, before.requestDuration?.sumSeconds)
  return {
    at: newer.at,
    laneId: newer.laneId,
    replica: replicaOf(newer),
    seconds,
    cpuCores:
      before.cpuSecondsTotal === undefined
        ? undefined
        : rate(increase(now.cpuSecondsTotal, before.cpuSecondsTotal)),
    residentBytes: now.residentBytes,
    responsesPerSecond: rate(increaseOfAll(now.requestsByCode, before.requestsByCode)),
    listsPerSecond: rate(increaseOfAll(now.listsByResource, before.listsByResource)),
    inFlightReads: now.inflightReadOnly,
    inFlightWrites: now.inflightMutating,
    etcdMeanSeconds: etcdCount && etcdSum !== undefined ? etcdSum / etcdCount : undefined,
    etcdShare: requestSum && etcdSum !== undefined ? Math.min(1, etcdSum / requestSum) : undefined,
    rejectedPerSecond: rejected(newer, older) / seconds,
    seatsByFlowSchema: seatsByFlowSchema(now),
  }
}

/** Adds up the API servers of one cluster; undefined without any. */
export function sumLoads(loads: readonly ReplicaLoad[]): ClusterLoad | undefined {
  if (loads.length === 0) return undefined
  const sum = (pick: (load: ReplicaLoad) => number | undefined) =>
    loads.reduce((total, load) => total + (pick(load) ?? 0), 0)
  const seats: Record<string, number> = {}
  for (const load of loads)
    for (const [schema, held] of Object.entries(load.seatsByFlowSchema))
      seats[schema] = (seats[schema] ?? 0) + held
  return {
    at: Math.max(...loads.map(load => load.at)),
    replicas: loads.length,
    cpuCores: sum(load => load.cpuCores),
    responsesPerSecond: sum(load => load.responsesPerSecond),
    readsInFlight: sum(load => load.inFlightReads),
    listsPerSecond: sum(load => load.listsPerSecond),
    rejectedPerSecond: sum(load => load.rejectedPerSecond),
    seatsByFlowSchema: seats,
  }
}

function comparable(newer: TimedSample, older: TimedSample): boolean {
  return !newer.sample.cut && !older.sample.cut && replicaOf(newer) === replicaOf(older)
}

/** Label values may leave the bounded list of a sample, so only what both have can be compared. */
function increaseOfAll(newer: Record<string, number>, older: Record<string, number>): number | undefined {
  const keys = Object.keys(newer)
  if (keys.length === 0) return undefined
  return keys.reduce((sum, key) => sum + (increase(newer[key], older[key]) ?? 0), 0)
}

function rejected(newer: TimedSample, older: TimedSample): number {
  const before = new Map(older.sample.priorityLevels.map(level => [level.name, level.rejectedTotal]))
  return newer.sample.priorityLevels.reduce(
    (sum, level) => sum + (increase(level.rejectedTotal, before.get(level.name)) ?? 0),
    0,
  )
}

function seatsByFlowSchema(sample: ApiServerSample): Record<string, number> {
  const held = sample.flowSchemas.filter(schema => (schema.executingSeats ?? 0) > 0)
  return Object.fromEntries(
    held.map(schema => [`${schema.priorityLevel}/${schema.name}`, schema.executingSeats ?? 0]),
  )
}
