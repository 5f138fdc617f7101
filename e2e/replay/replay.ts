import { setMaxListeners } from 'node:events'
import { createActions } from '../../lib/action/create-actions'
import type { ShotRow } from '../../lib/action/store'
import { MemoryActionStore } from '../../lib/action/testing/memory-action-store'
import { seededRandom } from '../../lib/action/testing/seeded-random'
import { ResolverProbe } from '../../lib/dns/probe/probe-resolvers'
import { FleetWatch } from '../../lib/engine/fleet-watch'
import { createTargetSource } from '../../lib/engine/target-source'
import { BindingWatch } from '../../lib/engine/watch-bindings'
import { createProber } from '../../lib/probe/create-prober'
import { SimulatedFleet } from '../../lib/simulator/fleet/fleet'
import type { ModelCluster, ScenarioName } from '../../lib/simulator/model/types'
import { SimulatedClient } from './simulated-client'
import { simulatedDns } from './simulated-dns'
import { SimulatedDoors } from './simulated-doors'
import { SimulatorMeter } from './simulator-meter'
import { SteppedClock } from './stepped-clock'

interface ReplayOptions {
  scenario: ScenarioName
  seed: number
  /** Who repairs dec-11 besides Holdfast: the teams of the post-mortem of 2024-12-11, or nobody. Default nobody. */
  hands?: 'historical' | 'none'
  /** Clusters that are simulated and watched; the others stand still and are not known. Default all. */
  include?: (cluster: ModelCluster, index: number) => boolean
}

/** Suspects and quiet clusters are looked at this often, as in the running product. */
const HEAVY_EVERY_SECONDS = 3

/**
 * A simulated fleet and all of Holdfast that watches and acts, in one process on one stepped clock: the product's own
 * prober, verdicts, suspects, fuses and actions, wired as the engine wires them, with sockets and database left out.
 */
export class Replay {
  readonly clock: SteppedClock
  readonly simulated: SimulatedFleet
  readonly watch: FleetWatch
  readonly client: SimulatedClient
  readonly meter = new SimulatorMeter()
  readonly actions: ReturnType<typeof createActions>
  /** Faults of the program, never of a cluster; a run in which there are any is worth nothing. */
  readonly faults: unknown[] = []
  readonly #prober: ReturnType<typeof createProber>
  readonly #bindings: BindingWatch
  readonly #included: ModelCluster[]
  readonly #ending = new AbortController()
  #loops: Promise<void>[] = []

  constructor(
    { scenario, seed, hands = 'none', include = () => true }: ReplayOptions,
    onShot: (shot: ShotRow) => void = () => {},
  ) {
    const included = new Set<ModelCluster>()
    this.simulated = this.meter.run(
      () => new SimulatedFleet({ scenario, seed, hands, frozen: cluster => !included.has(cluster) }),
    )
    const clusters = [...this.simulated.clusters.values()].filter(({ model }, i) => include(model, i))
    for (const { model } of clusters) included.add(model)
    this.#included = [...included]
    this.clock = new SteppedClock(this.simulated.startAt)
    const now = () => this.clock.now()
    const rng = seededRandom(seed)
    const doors = new SimulatedDoors(clusters)
    const { fleet } = doors
    this.client = new SimulatedClient(this.clock, doors, this.meter)
    const { clock, client } = this
    const watch = new FleetWatch(fleet, now())
    this.watch = watch
    this.#bindings = new BindingWatch(client, now, () => {})
    this.#prober = createProber({
      clock,
      client,
      clusters: fleet.clusters,
      onObservation: observation => watch.observe(observation),
      onInventory: fact => {
        const record = watch.records.get(fact.clusterId)
        if (watch.learn(fact)?.wantsBindings && record) this.#bindings.want(record)
      },
      onFault: (_, error) => this.faults.push(error),
    })
    const records = { get: (id: string) => watch.records.get(id), all: () => watch.records.values() }
    this.actions = createActions({
      clock,
      leaseClock: clock,
      client,
      source: createTargetSource(records, () => watch.fuses, now),
      store: new MemoryActionStore(clock),
      rng,
      onShot,
      onError: error => this.faults.push(error),
    })
    // One listener a cluster, all for the length of the run.
    setMaxListeners(0, this.#ending.signal)
    const tools = { clock, transport: simulatedDns(clock, doors, this.meter), rng }
    this.#loops = fleet.clusters.map(({ id: clusterId, resolvers }) =>
      new ResolverProbe(
        { clusterId, resolvers, onRound: view => watch.livePaths.set(clusterId, view) },
        tools,
      ).run(this.#ending.signal),
    )
  }

  /** The simulated clusters that move and are watched. */
  get models(): readonly ModelCluster[] {
    return this.#included
  }

  /** Runs to `toSecond` of the scenario. `eachSecond` is called after each look at the fleet; false ends the run. */
  async run(toSecond: number, eachSecond: (second: number) => boolean | undefined): Promise<void> {
    const { clock, simulated, meter } = this
    this.#prober.start()
    await this.actions.start()
    while (simulated.second < toSecond) {
      const second = simulated.second + 1
      await clock.advanceTo(simulated.startAt + second * 1000)
      meter.run(() => simulated.advance(second))
      this.#look(second)
      if (this.faults.length > 0)
        throw new Error('Holdfast failed during the replay', { cause: this.faults[0] })
      if (eachSecond(second) === false) return
      // Lets the process collect what hangs on finished signals, and be interrupted.
      await new Promise(resolve => setImmediate(resolve))
    }
  }

  async stop(): Promise<void> {
    this.#ending.abort(new Error('the replay is over'))
    this.#bindings.stop()
    const stopped = Promise.all([this.#prober.stop(), this.actions.stop(), ...this.#loops])
    // Whatever still waits is told to give up; a minute is more than any of it needs.
    await this.clock.advanceTo(this.clock.now() + 60_000)
    await stopped
  }

  #look(second: number): void {
    const { watch, clock } = this
    const heavy = second % HEAVY_EVERY_SECONDS === 0
    for (const { clusterId, mood } of watch.tick(clock.now(), heavy).moods)
      this.#prober.demand(clusterId, mood)
    if (heavy) watch.rank(clock.now())
  }
}
