import { setMaxListeners } from 'node:events'
import { seededRandom } from '../../lib/action/testing/seeded-random'
import type { LivePathView } from '../../lib/dns/fuse/types'
import { ResolverProbe } from '../../lib/dns/probe/probe-resolvers'
import { createProber } from '../../lib/probe/create-prober'
import type { InventoryFact, Observation, ProbeMood } from '../../lib/probe/types'
import { SimulatedFleet } from '../../lib/simulator/fleet/fleet'
import type { ModelCluster, ScenarioName } from '../../lib/simulator/model/types'
import { SimulatedClient } from './simulated-client'
import { simulatedDns } from './simulated-dns'
import { SimulatedDoors } from './simulated-doors'
import { SimulatorMeter } from './simulator-meter'
import { SteppedClock } from './stepped-clock'

export interface FieldOptions {
  scenario: ScenarioName
  seed: number
  /** Who repairs dec-11 besides Holdfast: the teams of the post-mortem of 2024-12-11, or nobody. Default nobody. */
  hands?: 'historical' | 'none'
  /** Clusters that are part of the replay; the others stand still and are not known. Default all. */
  include?: (cluster: ModelCluster, index: number) => boolean
}

/** Where what is seen goes. */
interface FieldSinks {
  onObservation: (observation: Observation) => void
  onInventory: (fact: InventoryFact) => void
  onLivePath: (clusterId: string, view: LivePathView) => void
  /** Faults of the program, never of a cluster. */
  onFault: (error: unknown) => void
}

/**
 * Simulated clusters and the product's own prober that watches them, on a stepped clock. A replay has one field, or
 * shares its clusters between two: each moves and watches those that `owns` says, and knows the others by name.
 */
export class Field {
  readonly clock: SteppedClock
  readonly simulated: SimulatedFleet
  readonly doors: SimulatedDoors
  readonly client: SimulatedClient
  readonly meter = new SimulatorMeter()
  /** Clusters of the replay, whoever moves them. */
  readonly models: readonly ModelCluster[]
  readonly #prober: ReturnType<typeof createProber>
  readonly #ending = new AbortController()
  readonly #loops: Promise<void>[]

  constructor(
    { scenario, seed, hands = 'none', include = () => true }: FieldOptions,
    owns: (index: number) => boolean,
    sinks: FieldSinks,
  ) {
    const moving = new Set<ModelCluster>()
    this.simulated = this.meter.run(
      () => new SimulatedFleet({ scenario, seed, hands, frozen: cluster => !moving.has(cluster) }),
    )
    const clusters = [...this.simulated.clusters.values()].filter(({ model }, i) => include(model, i))
    this.models = clusters.map(({ model }) => model)
    for (const [i, model] of this.models.entries()) if (owns(i)) moving.add(model)
    const clock = new SteppedClock(this.simulated.startAt)
    this.clock = clock
    this.doors = new SimulatedDoors(clusters)
    this.client = new SimulatedClient(clock, this.doors, this.meter)
    const own = this.doors.fleet.clusters.filter((_, i) => owns(i))
    const { onObservation, onInventory } = sinks
    const onFault = (_: string, error: unknown) => sinks.onFault(error)
    this.#prober = createProber({
      clock,
      client: this.client,
      clusters: own,
      onObservation,
      onInventory,
      onFault,
    })
    // One listener a cluster, all for the length of the run.
    setMaxListeners(0, this.#ending.signal)
    const tools = { clock, transport: simulatedDns(clock, this.doors, this.meter), rng: seededRandom(seed) }
    this.#loops = own.map(({ id: clusterId, resolvers }) =>
      new ResolverProbe(
        { clusterId, resolvers, onRound: view => sinks.onLivePath(clusterId, view) },
        tools,
      ).run(this.#ending.signal),
    )
  }

  start(): void {
    this.#prober.start()
  }

  demand(clusterId: string, mood: ProbeMood): void {
    this.#prober.demand(clusterId, mood)
  }

  /** Moves the clusters on to the end of this second; time has come there before. */
  step(second: number): void {
    this.meter.run(() => this.simulated.advance(second))
  }

  /** Resolves when nothing of it runs any more; somebody must move the clock meanwhile. */
  async stop(): Promise<void> {
    this.#ending.abort(new Error('the replay is over'))
    await Promise.all([this.#prober.stop(), ...this.#loops])
  }
}
