import type { Clock } from '../clock/clock'
import { ifWoken } from '../clock/if-woken'
import type { ControlPlaneState } from '../health/types'
import type { ClusterClient } from '../kube/types'
import { hashPhase } from '../probe/hash-phase'
import { type LaneProof, proveLane } from '../probe/prove-lane'
import type { ClusterRecord } from './cluster-record'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Each cluster has an instant of its own in the day, which moves by up to so much. */
const JITTER_MS = 2 * HOUR
/** What failed is tried again sooner, but not so that it would add to any trouble. */
const AGAIN_MS = HOUR
/** A cluster in trouble is left alone, and looked at again after so long. */
const TROUBLED_MS = 5 * MINUTE
/** The first proofs of a fleet: a cluster every two seconds, but over at least half a minute. */
const FIRST_EACH_MS = 2_000
const FIRST_LEAST_MS = 30_000
const FIRST_MOST_MS = 15 * MINUTE
const LOOK_MS = 15_000
const AT_ONCE = 4
const TROUBLE: ReadonlySet<ControlPlaneState> = new Set([
  'Strained',
  'Overloaded',
  'LockedOut',
  'Dark',
  'Recovering',
])

export interface LaneProverPorts {
  clock: Clock
  client: ClusterClient
  records(): ReadonlyMap<string, ClusterRecord>
  rng: () => number
  /** After all lanes of a cluster were tried; `lost`: those that were proven before and are not any more. */
  onProven(record: ClusterRecord, lost: readonly LaneProof[]): void
  onFault(error: unknown): void
}

/**
 * Proves every lane of every cluster once a day: three requests a lane, one lane after another, a few clusters at once,
 * spread by a hash of the cluster's name. Never by itself while a cluster is in trouble.
 */
export class LaneProver {
  /** Per record, so that another world begins anew. Epoch ms. */
  readonly #due = new WeakMap<ClusterRecord, number>()
  readonly #running = new Map<ClusterRecord, Promise<void>>()
  readonly #stopping = new AbortController()
  #loop: Promise<void> | undefined

  constructor(private readonly ports: LaneProverPorts) {}

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort(new DOMException('proving stopped', 'AbortError'))
    await this.#loop
    await Promise.all(this.#running.values())
  }

  /** Proves all lanes of a cluster now, whatever its state; joins a proof that is under way. */
  async proveNow(record: ClusterRecord): Promise<void> {
    await (this.#running.get(record) ?? this.#begin(record))
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      this.#beginDue()
      await this.ports.clock.sleep(LOOK_MS, signal).catch(ifWoken(signal))
    }
  }

  #beginDue(): void {
    const now = this.ports.clock.now()
    const records = this.ports.records()
    for (const record of records.values()) {
      if (this.#running.size >= AT_ONCE) return
      const due = this.#due.get(record) ?? this.#firstDue(record, records.size, now)
      this.#due.set(record, due)
      if (due > now || this.#running.has(record) || record.cluster.lanes.length === 0) continue
      const { state } = record.verdict
      if (state === 'Unknown') this.#due.set(record, now + LOOK_MS)
      else if (TROUBLE.has(state)) this.#due.set(record, now + TROUBLED_MS)
      else void this.#begin(record)
    }
  }

  #firstDue(record: ClusterRecord, clusters: number, now: number): number {
    const window = Math.min(FIRST_MOST_MS, Math.max(FIRST_LEAST_MS, clusters * FIRST_EACH_MS))
    const soon = now + hashPhase(`prove ${record.cluster.id}`) * window
    const proofs = record.cluster.lanes.map(lane => record.lanes.proofOf(lane))
    // What a start finds in the database is not asked again before its time.
    const oldest = Math.min(...proofs.map(proof => (isGood(proof) ? proof.write.at : 0)))
    return Math.max(soon, oldest + DAY - JITTER_MS * this.ports.rng())
  }

  #begin(record: ClusterRecord): Promise<void> {
    const run = this.#prove(record)
      .catch(error => this.ports.onFault(error))
      .finally(() => {
        this.#running.delete(record)
        // Places are few: whoever waited goes on at once.
        if (!this.#stopping.signal.aborted && this.#loop) this.#beginDue()
      })
    this.#running.set(record, run)
    return run
  }

  async #prove(record: ClusterRecord): Promise<void> {
    const { clock, client, rng, onProven } = this.ports
    const { signal } = this.#stopping
    const lost: LaneProof[] = []
    let allGood = true
    for (const lane of record.cluster.lanes) {
      const before = record.lanes.proofOf(lane)
      const proof = await proveLane(client, lane, signal)
      // What was cut short by stopping says nothing about the lane.
      if (signal.aborted) return
      record.lanes.prove(proof)
      if (isGood(before) && !isGood(proof)) lost.push(proof)
      allGood &&= isGood(proof)
    }
    const wait = allGood ? DAY - JITTER_MS * rng() : AGAIN_MS * (1 + 0.2 * rng())
    this.#due.set(record, clock.now() + wait)
    onProven(record, lost)
  }
}

function isGood(proof: LaneProof | undefined): proof is LaneProof {
  return proof?.read.ok === true && proof.write.ok
}
