import { randomUUID } from 'node:crypto'
import { ForecastMemory } from '../dns/forecast/forecast-memory'
import { FuseTracker } from '../dns/fuse/fuse-tracker'
import type { Traffic } from '../dns/fuse/shape'
import type { LivePathView } from '../dns/fuse/types'
import type { CacheAnswers } from '../dns/metrics/cache-answers'
import type { Cluster, Fleet } from '../fleet/types'
import type { ControlPlaneState } from '../health/types'
import { assessIncident, type Incident } from '../incident/assess-incident'
import { type Declared, openIncident } from '../incident/declare-incident'
import { describeStates, type StateChange } from '../incident/describe-states'
import type { TimelineEntry } from '../incident/types'
import type { InventoryFact, Observation, ProbeMood } from '../probe/types'
import { keepLeader } from '../suspects/keep-leader'
import type { Announcement } from '../suspects/place-announcement'
import { rankSuspects } from '../suspects/rank-suspects'
import type { SuspectReport } from '../suspects/types'
import type { ChangeDto } from '../wire/suspects'
import { clusterLoad } from './cluster-load'
import { ClusterRecord, type FactEffect } from './cluster-record'

const TIMELINE_KEPT = 400
/** A cluster of which nothing new is heard is judged anew this often, of the clock's time: evidence grows stale. */
const REJUDGE_MS = 5_000
const BAD: ReadonlySet<ControlPlaneState> = new Set([
  'Strained',
  'Overloaded',
  'LockedOut',
  'Dark',
  'Recovering',
])

/** What one look at the whole fleet brought about. */
export interface TickResult {
  entries: TimelineEntry[]
  moods: { clusterId: string; mood: ProbeMood }[]
}

/**
 * The fleet as it is known now. Facts flow in from probes; `tick` derives verdicts, fuses, incident, suspects and
 * timeline from them. Does no I/O and takes its time as an argument, so a replay can step it.
 */
export class FleetWatch {
  readonly records = new Map<string, ClusterRecord>()
  readonly fuses = new FuseTracker()
  readonly forecasts = new ForecastMemory()
  readonly livePaths = new Map<string, LivePathView>()
  /** Lookups at node caches as measured before anything was lost; absent where they are assumed. */
  readonly traffic = new Map<string, Traffic>()
  /** What node caches answer since a loss, by their counters; absent while nothing is lost. */
  readonly cacheAnswers = new Map<string, CacheAnswers>()
  /** What is open, assessed or declared. */
  incident: Incident | undefined
  declared: Declared | undefined
  #assessed: Incident | undefined
  timeline: TimelineEntry[] = []
  suspects: SuspectReport
  announcements: Announcement[] = []
  #namedSuspect = ''

  constructor(
    public fleet: Fleet,
    now: number,
  ) {
    for (const cluster of fleet.clusters) this.records.set(cluster.id, new ClusterRecord(cluster))
    this.suspects = {
      at: now,
      suspects: [],
      considered: 0,
      ruledOut: 0,
      verdict: 'Nothing has been looked at yet.',
    }
  }

  /** What a person says is open, until it is said to be over. */
  declare(declared: Declared | undefined): void {
    this.declared = declared
    this.incident = openIncident(this.#assessed, declared)
  }

  observe(observation: Observation): void {
    this.records.get(observation.clusterId)?.observe(observation)
  }

  learn(fact: InventoryFact): FactEffect | undefined {
    return this.records.get(fact.clusterId)?.learn(fact)
  }

  /**
   * Everything that changes from second to second. `all` also looks at clusters of which nothing new was heard for
   * five seconds.
   */
  tick(now: number, all: boolean): TickResult {
    const changes: StateChange[] = []
    const moods: TickResult['moods'] = []
    for (const record of this.records.values()) {
      if (record.dirty || (all && Math.abs(now - record.judgedAt) >= REJUDGE_MS)) {
        const before = record.derive(now, serversOf(record.cluster))
        if (before) {
          const { id, name } = record.cluster
          const { state, since, reasons } = record.verdict
          changes.push({
            clusterId: id,
            clusterName: name,
            from: before.state,
            to: state,
            since,
            reason: reasons[0]?.text,
          })
          moods.push({ clusterId: id, mood: BAD.has(state) ? 'distress' : 'calm' })
        }
      }
      this.#updateFuse(record, now)
    }
    const assessedBefore = this.#assessed
    this.#assessed = this.#assess(now)
    this.incident = openIncident(this.#assessed, this.declared)
    const entries = describeStates(changes, randomUUID)
    // What a person declares or ends is on the timeline in that person's name.
    if (this.#assessed && !assessedBefore)
      entries.push(this.entry(now, 'system', 'critical', `Incident opened: ${this.#assessed.title}`, 'watch'))
    if (!this.#assessed && assessedBefore) {
      const text = this.declared
        ? `Five calm minutes; the incident stays open until ${this.declared.by} or somebody else ends it`
        : 'Incident closed: five calm minutes'
      entries.push(this.entry(now, 'system', 'info', text, 'watch'))
    }
    this.note(entries)
    return { entries, moods }
  }

  /** Ranks suspects anew. @returns timeline lines when another one leads */
  rank(now: number): TimelineEntry[] {
    const before = this.suspects.suspects[0]?.id
    const report = rankSuspects({
      now,
      changes: [...this.records.values()].flatMap(record => record.changes),
      announcements: this.announcements,
      clusters: [...this.records.values()].map(record => clusterLoad(record, now)),
      leaderBefore: before,
    })
    this.suspects = keepLeader(report, before)
    const [first] = this.suspects.suspects
    const name = first ? `${first.name}${first.version ? ` ${first.version}` : ''}` : ''
    if (!first || name === this.#namedSuspect) return []
    this.#namedSuspect = name
    const entries = [
      this.entry(
        now,
        'suspect',
        'warn',
        `${name} ranks first among the suspects at ${first.score.toFixed(2)}`,
        'suspects',
      ),
    ]
    this.note(entries)
    return entries
  }

  entry(
    at: number,
    kind: TimelineEntry['kind'],
    severity: TimelineEntry['severity'],
    text: string,
    by: string,
    about: Pick<TimelineEntry, 'clusterId' | 'actionId'> = {},
  ): TimelineEntry {
    return { id: randomUUID(), at, kind, severity, text: text.slice(0, 1_000), by, ...about }
  }

  /** Adds lines in the order in which they came about; kept newest first by their time. */
  note(entries: TimelineEntry[]): void {
    if (entries.length === 0) return
    this.timeline = [...entries.toReversed(), ...this.timeline]
      .sort((a, b) => b.at - a.at)
      .slice(0, TIMELINE_KEPT)
  }

  tell(change: ChangeDto): void {
    const { at, clusters, ...rest } = change
    const byName = new Map([...this.records.values()].map(({ cluster }) => [cluster.name, cluster.id]))
    const clusterIds = clusters.flatMap(name => (this.records.has(name) ? name : (byName.get(name) ?? [])))
    this.announcements = [{ ...rest, at: Date.parse(at), clusterIds }, ...this.announcements].slice(0, 2_000)
  }

  #assess(now: number): Incident | undefined {
    const standing = [...this.records.values()].map(record => ({
      clusterId: record.cluster.id,
      nodes: record.nodes ?? 0,
      state: record.verdict.state,
      since: record.verdict.since,
      dataPlane: this.fuses.fuse(record.cluster.id, now)?.state ?? ('Unknown' as const),
    }))
    return assessIncident(standing, now, this.#assessed)
  }

  #updateFuse(record: ClusterRecord, now: number): void {
    const clusterId = record.cluster.id
    const { chain, verdict } = record
    // A cluster that is not known may have lost its API server: it must not count as fresh.
    const apiLostAt = verdict.state === 'Unknown' ? (record.apiLostAt ?? undefined) : record.apiLostAt
    const livePath = this.livePaths.get(clusterId)
    const traffic = this.traffic.get(clusterId)
    const cacheAnswers = this.cacheAnswers.get(clusterId)
    this.fuses.update({ clusterId, chain, apiLostAt, livePath, traffic, cacheAnswers }, now)
    const basis = this.fuses.basis(clusterId)
    this.forecasts.note(clusterId, { chain, livePath, cacheAnswers, basis }, now)
  }
}

/** How many API servers a cluster has, as far as its lanes tell. */
export function serversOf(cluster: Cluster): number {
  return Math.max(1, cluster.lanes.filter(lane => lane.kind === 'direct').length)
}
