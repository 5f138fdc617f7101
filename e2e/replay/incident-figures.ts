import type { ShotRow } from '../../lib/action/store'
import type { ControlPlaneState } from '../../lib/health/types'
import { TELEMETRY } from '../../lib/simulator/fleet/telemetry'
import type { Replay } from './replay'
import { isSick } from './sickness'

/** A recovery counts once it has lasted so long. */
const LASTING_SECONDS = 120

/** Stations of an incident as Holdfast's own verdicts show them, in seconds of the scenario. */
interface IncidentStations {
  firstAppliedAt?: number
  lastAppliedAt?: number
  firstSickAt?: number
  /** The cause ranks first, whether or not a cluster is sick by then. */
  firstNamedAt?: number
  /** The cause ranks first while a cluster is sick. */
  namedAt?: number
  /** Share of the fleet, by clusters, that the roll-out had reached at those moments. */
  reachedWhenFirstNamed?: number
  reachedWhenNamed?: number
  firstLandedAt?: number
  firstLandedBy?: string
  halfRecoveredAt?: number
  allRecoveredAt?: number
}

/** Watches a replay second by second and notes its stations. */
export class IncidentFigures {
  readonly stations: IncidentStations = {}
  /** Clusters that were sick at any time, and those whose verdict is Healthy again. */
  readonly everSick = new Set<string>()
  readonly falseVerdicts: string[] = []
  /** Names that ranked first and were not the cause, with the seconds for which they did. */
  readonly wrongSuspects = new Map<string, number>()
  #allWellSince: number | undefined
  readonly #landedBy = new Map<string, string>()
  readonly #before = new Map<string, ControlPlaneState>()

  constructor(private readonly replay: Replay) {}

  /** Lane by which the removal of the workload landed on a cluster. */
  landedBy(clusterId: string): string | undefined {
    return this.#landedBy.get(clusterId)
  }

  noteShot(shot: ShotRow): void {
    if (shot.landedAt === undefined) return
    if (shot.stepKind === 'delete-workload' && shot.lane) this.#landedBy.set(shot.clusterId, shot.lane)
    if (this.stations.firstLandedAt !== undefined) return
    this.stations.firstLandedAt = (shot.landedAt - this.replay.simulated.startAt) / 1000
    this.stations.firstLandedBy = shot.lane
  }

  /** @returns true once all that were sick are well for good, and the roll-out is over */
  look(second: number): boolean {
    this.#noteRollOut()
    this.#noteVerdicts(second)
    this.#noteSuspects(second)
    return this.#noteRecovery(second)
  }

  /** Clusters that were sick and are not healthy, with the reason. */
  unwell(): string[] {
    return [...this.everSick].flatMap(id => {
      const record = this.replay.watch.records.get(id)
      if (!record || record.verdict.state === 'Healthy') return []
      return `${id} ${record.verdict.state}: ${record.verdict.reasons[0]?.text ?? ''}`
    })
  }

  #noteRollOut(): void {
    const applied = this.#applied()
    this.stations.firstAppliedAt ??= applied[0]
    this.stations.lastAppliedAt = applied.at(-1)
  }

  #applied(): number[] {
    const included = new Set(this.replay.models)
    return this.replay.simulated.events
      .filter(({ kind, cluster }) => kind === 'apply-workload' && included.has(cluster))
      .map(({ second }) => second)
  }

  #noteVerdicts(second: number): void {
    for (const [id, { verdict, cluster }] of this.replay.watch.records) {
      const { state } = verdict
      if (state === this.#before.get(id)) continue
      this.#before.set(id, state)
      if (this.stations.firstAppliedAt === undefined && (isSick(state) || state === 'Strained'))
        this.falseVerdicts.push(`${cluster.name} ${state} at ${second} s: ${verdict.reasons[0]?.text ?? ''}`)
      if (!isSick(state)) continue
      this.everSick.add(id)
      this.stations.firstSickAt ??= second
    }
  }

  #noteSuspects(second: number): void {
    const [first] = this.replay.watch.suspects.suspects
    if (!first) return
    if (first.name !== TELEMETRY.name) {
      this.wrongSuspects.set(first.name, (this.wrongSuspects.get(first.name) ?? 0) + 1)
      return
    }
    const reached = () => this.#applied().length / this.replay.models.length
    if (this.stations.firstNamedAt === undefined) {
      this.stations.firstNamedAt = second
      this.stations.reachedWhenFirstNamed = reached()
    }
    if (this.stations.firstSickAt === undefined || this.stations.namedAt !== undefined) return
    this.stations.namedAt = second
    this.stations.reachedWhenNamed = reached()
  }

  #noteRecovery(second: number): boolean {
    const { stations, everSick } = this
    if (stations.firstLandedAt === undefined || everSick.size === 0) return false
    const well = [...everSick].filter(id => this.#before.get(id) === 'Healthy').length
    if (well >= everSick.size / 2) stations.halfRecoveredAt ??= second
    else stations.halfRecoveredAt = undefined
    if (well < everSick.size) {
      this.#allWellSince = undefined
      return false
    }
    this.#allWellSince ??= second
    if (second - this.#allWellSince < LASTING_SECONDS) return false
    stations.allRecoveredAt = this.#allWellSince
    return true
  }
}
