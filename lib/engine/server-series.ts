import type { ApiServerSample } from '../metrics/types'
import type { ServerSeriesDto } from '../wire/cluster-detail'
import { Ring } from './ring'

type Point = ServerSeriesDto['points'][number]
const KEPT = 240
/** A replica that has not been scraped for this long has gone; its line ends. */
const FORGET_MS = 40 * 60_000

interface Server {
  name: string
  last?: { at: number; sample: ApiServerSample }
  points: Ring<Point>
  seenAt: number
}

/** One API server's own signals over time. Servers are never averaged: one sick replica hides in a mean. */
export class ServerSeries {
  #servers = new Map<string, Server>()

  /** `server` names the replica: its own address, or its start time behind a balancer. */
  add(server: string, at: number, sample: ApiServerSample): void {
    const entry = this.#servers.get(server) ?? { name: server, points: new Ring<Point>(KEPT), seenAt: at }
    this.#servers.set(server, entry)
    entry.points.push(pointOf(at, sample, entry.last))
    entry.last = { at, sample }
    entry.seenAt = at
    for (const [name, other] of this.#servers) if (at - other.seenAt > FORGET_MS) this.#servers.delete(name)
  }

  /** A scrape that failed leaves a gap instead of a straight line. */
  gap(server: string, at: number): void {
    const empty = { rejectedPerSecond: null, inflight: null, cores: null, memoryBytes: null, etcdMs: null }
    this.#servers.get(server)?.points.push({ at: new Date(at).toISOString(), ...empty })
  }

  /** The newest sample of each server still known. */
  latest(): ApiServerSample[] {
    return [...this.#servers.values()].flatMap(server => (server.last ? [server.last.sample] : []))
  }

  toDto(): ServerSeriesDto[] {
    return [...this.#servers.values()]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(server => ({ server: server.name, points: server.points.toArray() }))
  }
}

function pointOf(at: number, sample: ApiServerSample, last: Server['last']): Point {
  const sameProcess = last !== undefined && last.sample.processStartAt === sample.processStartAt
  const seconds = last ? (at - last.at) / 1000 : 0
  const rate = (now: number | undefined, before: number | undefined) =>
    sameProcess && seconds > 0 && now !== undefined ? Math.max(0, now - (before ?? 0)) / seconds : null
  const etcd = sample.etcdRequests
  const before = sameProcess ? last?.sample.etcdRequests : undefined
  const requests = etcd ? etcd.count - (before?.count ?? 0) : 0
  const rejected = (s: ApiServerSample) => s.requestsByCode['429'] ?? 0
  return {
    at: new Date(at).toISOString(),
    rejectedPerSecond: last ? rate(rejected(sample), rejected(last.sample)) : null,
    inflight:
      sample.inflightReadOnly === undefined ? null : sample.inflightReadOnly + (sample.inflightMutating ?? 0),
    cores:
      sample.cpuSecondsTotal !== undefined
        ? rate(sample.cpuSecondsTotal, last?.sample.cpuSecondsTotal)
        : null,
    memoryBytes: sample.residentBytes ?? null,
    etcdMs: etcd && before && requests > 0 ? ((etcd.sumSeconds - before.sumSeconds) / requests) * 1000 : null,
  }
}
