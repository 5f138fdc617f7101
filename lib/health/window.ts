import type { Observation, ProbeName } from '../probe/types'
import { admissionOf, endedAt, isOwnTrouble } from './admission'
import { findPressure, type Pressure } from './find-pressure'
import { replicaOf, sumLoads, type TimedSample } from './measure-load'
import { Ring } from './ring'
import type { ClusterLoad, Finding } from './types'

/** Ten minutes of the canary in distress; less than a megabyte a cluster in all. */
const KEPT: Record<ProbeName, number> = {
  livez: 40,
  readyz: 40,
  canary: 120,
  'exempt-canary': 60,
  metrics: 20,
  inventory: 20,
}
const MAX_REPLICAS = 16
const MAX_LANES = 32
/** A replica behind a balancer is met at random, one of three every two minutes or so. */
const REPLICA_FRESH_MS = 5 * 60_000
/** Longer than any request may take. */
const CLOCK_WENT_BACK_MS = 60_000
const RESTARTS_MS = 10 * 60_000

export interface ReplicaHistory {
  replica: string
  newest: TimedSample
  pressure?: Pressure
}

/** How a lane did lately. */
export interface LaneHistory {
  laneId: string
  newest: Observation
  /** Epoch ms of the newest answer, whatever its status. */
  answeredAt?: number
  /** Attempts without an answer since then. */
  silent: number
  /** When the first of them was sent. */
  silentSince?: number
}

/** Evidence about one cluster, bounded in memory whatever is observed. */
export class ObservationWindow {
  readonly #rings = new Map<ProbeName, Ring<Observation>>()
  readonly #failedAt = new Map<ProbeName, number>()
  readonly #lanes = new Map<string, LaneHistory>()
  readonly #replicas = new Map<string, ReplicaHistory>()
  /** Last start time seen on a direct lane, to know a restart from another replica behind a balancer. */
  readonly #startedAt = new Map<string, number>()
  #restarts: number[] = []
  /** The load last asked for, and the histories that it was summed of. */
  #load: { of: ReplicaHistory[]; load: ClusterLoad | undefined } | undefined
  #metrics: Observation | undefined
  /** Epoch ms of the newest observation that says anything about the cluster. */
  evidenceAt: number | undefined
  /** Any observation at all, also those that only tell of our own trouble. */
  newest: Observation | undefined
  firstAt: number | undefined
  /** Newest answer of any lane. */
  answeredAt: number | undefined
  /** First attempt since then that got no answer. */
  silentSince: number | undefined
  silent = 0
  /** An ordinary caller was turned away at some time. */
  everUnserved = false

  append(observation: Observation): void {
    const { sample, ...bare } = observation
    this.firstAt ??= bare.at
    this.newest = bare
    let ring = this.#rings.get(bare.probe)
    if (!ring) {
      ring = new Ring(KEPT[bare.probe])
      this.#rings.set(bare.probe, ring)
    }
    ring.push(bare)
    if (bare.status >= 500)
      this.#failedAt.set(bare.probe, later(endedAt(bare), this.#failedAt.get(bare.probe)))
    if (bare.probe === 'canary' && admissionOf(bare) === 'unserved') this.everUnserved = true
    if (!isOwnTrouble(bare)) {
      this.evidenceAt = later(endedAt(bare), this.evidenceAt)
      this.#noteSilence(bare)
      this.#noteLane(bare)
    }
    if (bare.probe === 'metrics') {
      this.#metrics = bare
      if (sample) this.#noteSample({ at: bare.at, laneId: bare.laneId, sample })
    }
  }

  /** Those that ended since `since`, oldest first; what lies after `until` is from before the clock went back. */
  recent(probe: ProbeName, since: number, until: number): Observation[] {
    const found: Observation[] = []
    this.eachNewestFirst(probe, until, o => {
      if (endedAt(o) < since) return false
      found.push(o)
    })
    return found.reverse()
  }

  /** Visits those sent until `until`, the newest first, as long as `visit` does not answer false. */
  eachNewestFirst(probe: ProbeName, until: number, visit: (o: Observation) => false | undefined): void {
    const ring = this.#rings.get(probe)
    for (let i = 0; ring && i < ring.length; i++) {
      const o = ring.fromNewest(i)
      if (o && o.at <= until && visit(o) === false) return
    }
  }

  lanes(): LaneHistory[] {
    return [...this.#lanes.values()]
  }

  /** The newest scrape, whether it could be read or not. */
  get metrics(): Observation | undefined {
    return this.#metrics
  }

  /** API servers that were scraped lately, newest first. */
  replicas(now: number): ReplicaHistory[] {
    const fresh = [...this.#replicas.values()].filter(
      r => now - r.newest.at <= REPLICA_FRESH_MS && r.newest.at <= now,
    )
    return fresh.sort((a, b) => b.newest.at - a.newest.at)
  }

  load(now: number): ClusterLoad | undefined {
    const fresh = this.replicas(now)
    const known = this.#load
    const same = known?.of.length === fresh.length && fresh.every((replica, i) => replica === known.of[i])
    if (known && same) return known.load
    const load = sumLoads(fresh.flatMap(r => r.pressure?.load ?? []))
    this.#load = { of: fresh, load }
    return load
  }

  /** Epoch ms at which the last 5xx answer to `probe` ended. */
  failedAt(probe: ProbeName): number | undefined {
    return this.#failedAt.get(probe)
  }

  /** Start times of API servers that began while they were watched, within ten minutes. */
  restarts(now: number): number[] {
    return this.#restarts.filter(at => now - at <= RESTARTS_MS && at <= now)
  }

  #noteSilence(o: Observation): void {
    if (o.outcome === 'answer') {
      this.answeredAt = later(endedAt(o), this.answeredAt)
      this.silent = 0
      this.silentSince = undefined
    } else if (later(endedAt(o), this.answeredAt) === endedAt(o)) {
      this.silent++
      this.silentSince ??= Math.max(o.at, this.answeredAt ?? o.at)
    }
  }

  #noteLane(o: Observation): void {
    let lane = this.#lanes.get(o.laneId)
    if (!lane) {
      if (this.#lanes.size >= MAX_LANES) return
      lane = { laneId: o.laneId, newest: o, silent: 0 }
      this.#lanes.set(o.laneId, lane)
    }
    lane.newest = o
    if (o.outcome === 'answer') {
      lane.answeredAt = endedAt(o)
      lane.silent = 0
      lane.silentSince = undefined
    } else {
      lane.silent++
      lane.silentSince ??= o.at
    }
  }

  #noteSample(timed: TimedSample): void {
    this.#noteStart(timed)
    const replica = replicaOf(timed)
    // On an address of its own a new process has taken the place of the old one.
    for (const [key, other] of this.#replicas)
      if (isDirect(timed.laneId) && other.newest.laneId === timed.laneId && key !== replica)
        this.#replicas.delete(key)
    const known = this.#replicas.get(replica)
    if (timed.sample.cut && known) return
    const pressure = known && carryFirstAt(findPressure(timed, known.newest), known.pressure)
    // Two scrapes that are too near give no rates; the older one stays to be compared with the next.
    if (known && !pressure && timed.at - known.newest.at < 5_000 && timed.at >= known.newest.at) return
    this.#replicas.delete(replica)
    this.#replicas.set(replica, { replica, newest: timed, pressure })
    const oldest = this.#replicas.keys().next().value
    if (this.#replicas.size > MAX_REPLICAS && oldest !== undefined) this.#replicas.delete(oldest)
  }

  /** A process that started after we began to watch is a restart, on whichever lane it is met. */
  #noteStart({ sample: { processStartAt }, laneId }: TimedSample): void {
    if (processStartAt === undefined) return
    const before = this.#startedAt.get(laneId)
    const known = this.#restarts.includes(processStartAt)
    if (before !== undefined && processStartAt > before && processStartAt > (this.firstAt ?? 0) && !known)
      this.#restarts = [...this.#restarts, processStartAt].slice(-MAX_REPLICAS)
    if (before !== undefined || this.#startedAt.size < MAX_LANES)
      this.#startedAt.set(laneId, Math.max(processStartAt, before ?? processStartAt))
  }
}

/** The lane leads to one API server, past the balancer. */
export function isDirect(laneId: string): boolean {
  return laneId.startsWith('direct')
}

/** Observations end out of order by some seconds; much earlier than the newest means that the clock went back. */
function later(at: number, known: number | undefined): number {
  return known === undefined || at > known || known - at > CLOCK_WENT_BACK_MS ? at : known
}

/** The same finding as in the pair of scrapes before began then. */
function carryFirstAt(pressure: Pressure | undefined, before: Pressure | undefined): Pressure | undefined {
  if (!pressure || !before) return pressure
  const since = new Map<string, Finding>(before.findings.map(finding => [finding.code, finding]))
  const findings = pressure.findings.map(finding => ({
    ...finding,
    firstAt: Math.min(finding.firstAt, since.get(finding.code)?.firstAt ?? finding.firstAt),
  }))
  return { ...pressure, findings }
}
