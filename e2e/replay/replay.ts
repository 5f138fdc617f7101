import { createActions } from '../../lib/action/create-actions'
import type { ShotRow } from '../../lib/action/store'
import { MemoryActionStore } from '../../lib/action/testing/memory-action-store'
import { seededRandom } from '../../lib/action/testing/seeded-random'
import type { Clock } from '../../lib/clock/clock'
import { FleetWatch } from '../../lib/engine/fleet-watch'
import { createTargetSource } from '../../lib/engine/target-source'
import { BindingWatch } from '../../lib/engine/watch-bindings'
import type { ClusterClient } from '../../lib/kube/types'
import type { InventoryFact, ProbeMood } from '../../lib/probe/types'
import type { SimulatedFleet } from '../../lib/simulator/fleet/fleet'
import type { ModelCluster } from '../../lib/simulator/model/types'
import { Field, type FieldOptions } from './field'
import { type Advanced, ownerOf, type Seen } from './field-messages'
import type { SecondField } from './second-field'
import type { SteppedClock } from './stepped-clock'

/** Suspects and quiet clusters are looked at this often, as in the running product. */
const HEAVY_EVERY_SECONDS = 3

interface ReplayPorts {
  onShot?: (shot: ShotRow) => void
  /** Moves and watches most of the clusters in a thread of its own; every cluster must be included. */
  createSecondField?: (clock: Clock) => SecondField
}

/**
 * A simulated fleet and all of Holdfast that watches and acts on one stepped clock: the product's own prober,
 * verdicts, suspects, fuses and actions, wired as the engine wires them, with sockets and database left out.
 */
export class Replay {
  readonly clock: SteppedClock
  readonly watch: FleetWatch
  readonly actions: ReturnType<typeof createActions>
  /** Faults of the program, never of a cluster; a run in which there are any is worth nothing. */
  readonly faults: unknown[] = []
  readonly #field: Field
  readonly #second: SecondField | undefined
  readonly #bindings: BindingWatch
  #told: Advanced | undefined

  constructor(options: FieldOptions, { onShot = () => {}, createSecondField }: ReplayPorts = {}) {
    const owns = (index: number) => createSecondField === undefined || ownerOf(index) === 'first'
    this.#field = new Field(options, owns, {
      onObservation: observation => this.watch.observe(observation),
      onInventory: fact => this.#learn(fact),
      onLivePath: (clusterId, view) => this.watch.livePaths.set(clusterId, view),
      onFault: error => this.faults.push(error),
    })
    const { clock, doors } = this.#field
    this.clock = clock
    this.#second = createSecondField?.(clock)
    const now = () => clock.now()
    const client = this.#second ? shared(this.#field, this.#second) : this.#field.client
    const watch = new FleetWatch(doors.fleet, now())
    this.watch = watch
    this.#bindings = new BindingWatch(client, now, () => {})
    const records = { get: (id: string) => watch.records.get(id), all: () => watch.records.values() }
    this.actions = createActions({
      clock,
      leaseClock: clock,
      client,
      source: createTargetSource(records, () => watch.fuses, now),
      store: new MemoryActionStore(clock),
      rng: seededRandom(options.seed),
      onShot,
      onError: error => this.faults.push(error),
    })
  }

  get simulated(): SimulatedFleet {
    return this.#field.simulated
  }

  /** The simulated clusters that move and are watched. */
  get models(): readonly ModelCluster[] {
    return this.#field.models
  }

  /** What was asked of the clusters, and the simulator's own time, ms. */
  get totals(): { requests: number; bytes: number; simulatorMs: number } {
    const { traffic } = this.#field.client
    const there = this.#second?.totals ?? { requests: 0, bytes: 0, simulatorMs: 0 }
    return {
      requests: traffic.requests + there.requests,
      bytes: traffic.bytes + there.bytes,
      simulatorMs: this.#field.meter.ms + there.simulatorMs,
    }
  }

  /** Runs to `toSecond` of the scenario. `eachSecond` is called after each look at the fleet; false ends the run. */
  async run(toSecond: number, eachSecond: (second: number) => boolean | undefined): Promise<void> {
    this.#field.start()
    await this.actions.start()
    let goesOn = true
    const look = (second: number) => {
      this.#look(second)
      goesOn = eachSecond(second) !== false
    }
    while (goesOn && this.simulated.second < toSecond) {
      const second = this.simulated.second + 1
      // The second field is on its way already while what was seen until now is looked at.
      const until = this.simulated.startAt + second * 1000
      await this.#advance(until, second, second > 1 ? () => look(second - 1) : undefined)
      if (this.faults.length > 0)
        throw new Error('Holdfast failed during the replay', { cause: this.faults[0] })
      // Lets the process collect what hangs on finished signals, and be interrupted.
      await new Promise(resolve => setImmediate(resolve))
    }
    this.#takeTold()
    if (goesOn) look(this.simulated.second)
  }

  async stop(): Promise<void> {
    this.#bindings.stop()
    const stopped = Promise.all([this.#field.stop(), this.actions.stop()])
    // Whatever still waits is told to give up; a minute is more than any of it needs.
    await this.#advance(this.clock.now() + 60_000)
    await stopped
    await this.#second?.close()
  }

  /** To the end of a second of the scenario, or just to an instant. `before` is done first. */
  async #advance(until: number, second?: number, before?: () => void): Promise<void> {
    const there = this.#second
    const goTo = async (instant: number) => {
      await this.clock.advanceTo(instant)
      if (instant === until && second !== undefined) this.#field.step(second)
    }
    if (!there) {
      before?.()
      return goTo(until)
    }
    let todo = before
    while (this.clock.now() < until) {
      const meeting = Math.min(there.nextMeeting(this.clock.now()), until)
      this.#told = await there.advance(meeting, meeting === until ? second : undefined, () => {
        this.#takeTold()
        todo?.()
        todo = undefined
        return goTo(meeting)
      })
    }
  }

  /** What the second field told at the last meeting; it is on its way again while this is taken in. */
  #takeTold(): void {
    const told = this.#told
    this.#told = undefined
    if (!told) return
    for (const seen of told.seen) this.#take(seen)
    // So that figures about all clusters can be taken here.
    for (const { index, ...state } of told.truth) Object.assign(this.models[index] as ModelCluster, state)
  }

  #take(seen: Seen): void {
    if (seen.kind === 'observation') this.watch.observe(seen.observation)
    else if (seen.kind === 'inventory') this.#learn(seen.fact)
    else if (seen.kind === 'same-workloads') this.#learnAgain(seen.fact)
    else if (seen.kind === 'live-path') this.watch.livePaths.set(seen.clusterId, seen.view)
    else this.faults.push(seen.error)
  }

  #learn(fact: InventoryFact): void {
    const record = this.watch.records.get(fact.clusterId)
    if (this.watch.learn(fact)?.wantsBindings && record) this.#bindings.want(record)
  }

  #learnAgain(fact: Extract<Seen, { kind: 'same-workloads' }>['fact']): void {
    const workloads = this.watch.records.get(fact.clusterId)?.workloads.get(fact.kind)?.seen ?? []
    this.#learn({ ...fact, workloads })
  }

  #demand(clusterId: string, mood: ProbeMood): void {
    this.#field.demand(clusterId, mood)
    this.#second?.demand(clusterId, mood)
  }

  #look(second: number): void {
    const { watch, clock } = this
    const heavy = second % HEAVY_EVERY_SECONDS === 0
    for (const { clusterId, mood } of watch.tick(clock.now(), heavy).moods) this.#demand(clusterId, mood)
    if (heavy) watch.rank(clock.now())
  }
}

/** Requests go to the field that moves the cluster. */
function shared({ client, doors }: Field, second: SecondField): ClusterClient {
  const far = new Set(
    doors.fleet.clusters
      .filter((_, i) => ownerOf(i) === 'second')
      .flatMap(({ lanes }) => lanes.map(lane => lane.endpoint.server)),
  )
  const fieldOf = (server: string): ClusterClient => (far.has(server) ? second : client)
  return {
    request: (lane, request) => fieldOf(lane.endpoint.server).request(lane, request),
    knock: (lane, timeoutMs) => fieldOf(lane.endpoint.server).knock(lane, timeoutMs),
    close: () => second.close(),
  }
}
