import { createScenario } from '../model/create-scenario'
import type { Scenario, ScenarioEvent, ScenarioName, ScenarioOptions } from '../model/types'
import type { ObjectStore } from '../objects/object-store'
import { SimulatedCluster } from './cluster'
import { innocentChanges } from './innocent-changes'
import { applyTelemetry, HARMLESS_VERSION, removeTelemetry } from './telemetry'

export const SCENARIO_TITLES: Record<ScenarioName, string> = {
  'dec-11': 'A telemetry roll-out that overloads every large control plane (2024-12-11)',
  calm: 'Nothing happens but ordinary roll-outs',
  'small-fleet': 'The same roll-out in a fleet of twelve: only the largest cluster is lost',
  'bad-update':
    'A service that runs on every node is updated to a version that overloads the largest of twelve clusters',
  'etcd-slow': 'Slow storage in one region',
  'webhook-down': 'An admission webhook that does not answer',
  'dns-only': 'CoreDNS fails while the control planes are well',
  'one-zone': 'One zone of one region goes dark',
}

export const SCENARIO_NAMES = Object.keys(SCENARIO_TITLES) as readonly ScenarioName[]

/** What else is in each cluster before a scenario begins. */
const BEFOREHAND: Partial<Record<ScenarioName, (store: ObjectStore, createdAt: number) => void>> = {
  'bad-update': (store, createdAt) => applyTelemetry(store, HARMLESS_VERSION, createdAt),
}

export interface FleetOptions {
  scenario: ScenarioName
  seed: number
  hands: NonNullable<ScenarioOptions['hands']>
  frozen?: ScenarioOptions['frozen']
}

/** A running scenario with an API for each of its clusters. Time moves through `advance` only. */
export class SimulatedFleet {
  readonly clusters: ReadonlyMap<string, SimulatedCluster>
  /** All that the scenario did, oldest first. */
  readonly events: ScenarioEvent[] = []
  readonly #scenario: Scenario
  readonly #bystanders: { second: number; apply: () => void }[]

  constructor(readonly options: FleetOptions) {
    const { scenario, seed, hands, frozen } = options
    this.#scenario = createScenario(scenario, seed, { hands, frozen })
    const clusters = this.#scenario.clusters.map(
      model => new SimulatedCluster(model, this.#scenario.startAt, seed, BEFOREHAND[scenario]),
    )
    this.clusters = new Map(clusters.map(cluster => [cluster.id, cluster]))
    this.#bystanders = innocentChanges(clusters)
  }

  /** Epoch ms of second 0. */
  get startAt(): number {
    return this.#scenario.startAt
  }

  /** Seconds simulated so far. */
  get second(): number {
    return this.#scenario.second
  }

  /** Steps the model, one second at a time, and lets pipelines and controllers act on the objects. */
  advance(toSecond: number): void {
    while (this.#scenario.second < toSecond) {
      while (this.#bystanders[0] && this.#bystanders[0].second <= this.#scenario.second)
        this.#bystanders.shift()?.apply()
      this.events.push(...this.#scenario.advance(this.#scenario.second + 1, event => this.#act(event)))
      for (const cluster of this.clusters.values()) cluster.tick()
    }
  }

  #act(event: ScenarioEvent): void {
    const cluster = this.clusters.get(event.cluster.name)
    if (!cluster) return
    if (event.kind === 'apply-workload') applyTelemetry(cluster.store)
    else if (event.kind === 'remove-workload') removeTelemetry(cluster.store)
    else if (event.kind === 'delete-workload-pods') cluster.coupling.deleteAgentPods()
  }
}
