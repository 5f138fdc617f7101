import { setMaxListeners } from 'node:events'
import type { Clock } from '../clock/clock'
import { ifWoken } from '../clock/if-woken'
import type { Cluster, Lane } from '../fleet/types'
import type { ClusterClient, KubeResult } from '../kube/types'
import { CostMeter } from './cost-meter'
import { JobSchedule, MAX_RETRY_AFTER_MS } from './job-schedule'
import type { LagMeter } from './lag-meter'
import type { Ask, JobOutcome } from './probe-job'
import { PROBE_JOBS } from './probe-jobs'
import type { RequestGate } from './request-gate'
import type { InventoryFact, Observation, ProbeCost, ProbeLimits, ProbeMood } from './types'

const LONGEST_SLEEP_MS = 30_000
const CONNECT_TIMEOUT_MS = 5_000
/** One reason for all: making an error with its stack for each waking costs more than the waking. */
const WOKEN = new Error('woken')
/** How long a bad answer keeps this loop attentive on its own, without being told. */
const ATTENTIVE_MS = 60_000

export interface LoopPorts {
  clock: Clock
  client: ClusterClient
  gate: RequestGate
  lag: LagMeter
  limits: ProbeLimits
  onObservation: (observation: Observation) => void
  onInventory: (fact: InventoryFact) => void
  /** A listener or the client threw: a fault of the program, reported and survived. */
  onFault: (clusterId: string, error: unknown) => void
}

/** Asks one cluster what is due, each kind of request at most once at a time. */
export class ClusterLoop {
  readonly #stopping = new AbortController()
  readonly #meter: CostMeter
  readonly #runs = new Set<Promise<void>>()
  readonly #laneHolds = new Map<string, number>()
  #schedules: JobSchedule[] = []
  #cluster: Cluster
  #demanded: ProbeMood = 'calm'
  #attentiveUntil = Number.NEGATIVE_INFINITY
  #lastNow: number
  #sleepsUntil = 0
  #waker = new AbortController()
  #loop: Promise<void> | undefined

  constructor(
    cluster: Cluster,
    private readonly ports: LoopPorts,
    private readonly firstShare = 1,
  ) {
    this.#cluster = cluster
    this.#meter = new CostMeter(ports.limits)
    this.#lastNow = ports.clock.now()
    // Each request in flight listens; more than the default of ten is no leak here.
    setMaxListeners(4 * PROBE_JOBS.length, this.#stopping.signal)
    this.#plan()
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Resolves when nothing of this loop runs any more. */
  async stop(): Promise<void> {
    this.#stopping.abort(new DOMException('probing stopped', 'AbortError'))
    this.#waker.abort(WOKEN)
    await this.#loop
    await Promise.all(this.#runs)
  }

  /** New addresses or credentials of the same cluster. */
  update(cluster: Cluster): void {
    this.#cluster = cluster
    this.#plan()
    this.#waker.abort(WOKEN)
  }

  demand(mood: ProbeMood): void {
    const before = this.#mood()
    this.#demanded = mood
    if (before === 'calm' && mood === 'distress') this.#hurry()
  }

  cost(): ProbeCost {
    return this.#meter.cost(this.ports.clock.now(), this.ports.gate.heldBy(this.#cluster.id))
  }

  #plan(): void {
    const now = this.ports.clock.now()
    const kept = new Map(this.#schedules.map(schedule => [schedule.job, schedule]))
    this.#schedules = PROBE_JOBS.filter(job => job.lane(this.#cluster, 0, 'calm') !== undefined).map(
      job => kept.get(job) ?? new JobSchedule(job, this.#cluster, now, this.firstShare),
    )
  }

  #mood(): ProbeMood {
    return this.#demanded === 'distress' || this.ports.clock.now() < this.#attentiveUntil
      ? 'distress'
      : 'calm'
  }

  #hurry(): void {
    const now = this.ports.clock.now()
    for (const schedule of this.#schedules) schedule.hurry(now, 'distress')
    this.#waker.abort(WOKEN)
  }

  async #run(): Promise<void> {
    const { clock } = this.ports
    while (!this.#stopping.signal.aborted) {
      const now = clock.now()
      const mood = this.#mood()
      const jumped = now < this.#lastNow - 1_000 || now > this.#lastNow + 4 * LONGEST_SLEEP_MS
      this.#lastNow = now
      let next = now + LONGEST_SLEEP_MS
      for (const schedule of this.#schedules) {
        if (jumped) schedule.respread(now, mood)
        if (schedule.running) continue
        if (schedule.dueAt <= now) this.#begin(schedule, now, mood)
        if (!schedule.running) next = Math.min(next, schedule.dueAt)
      }
      if (this.#waker.signal.aborted) this.#waker = new AbortController()
      this.#sleepsUntil = next
      const { signal } = this.#waker
      await clock.sleep(next - now, signal).catch(ifWoken(signal))
    }
  }

  #begin(schedule: JobSchedule, now: number, mood: ProbeMood): void {
    const { job } = schedule
    const lane = job.lane(this.#cluster, schedule.turn, mood)
    const wait =
      job.kind !== 'vital' && (this.cost().overBudget || (mood === 'distress' && job.kind === 'calm-only'))
    if (!lane || wait) {
      schedule.postpone(now)
      return
    }
    const hold = job.exempt ? 0 : (this.#laneHolds.get(lane.id) ?? 0)
    if (hold > now && hold <= now + MAX_RETRY_AFTER_MS) {
      schedule.holdUntil(hold)
      return
    }
    schedule.running = true
    const run = this.#runJob(schedule, lane).finally(() => this.#runs.delete(run))
    this.#runs.add(run)
  }

  async #runJob(schedule: JobSchedule, lane: Lane): Promise<void> {
    const { ports } = this
    const startedAt = ports.clock.now()
    let outcome: JobOutcome = { failed: true }
    try {
      outcome = await schedule.job.run({
        cluster: this.#cluster,
        lane,
        ask: (to, ask) => this.#ask(to, ask),
        observe: observation => this.#observe(observation),
        learn: fact => this.#tell(() => ports.onInventory(fact)),
        memory: schedule.memory,
      })
    } catch (error) {
      if (!this.#stopping.signal.aborted) ports.onFault(this.#cluster.id, error)
    }
    const now = ports.clock.now()
    // What we are late for ourselves is no reason to ask even more.
    if (outcome.distress && ports.lag.since(startedAt) === undefined) this.#alarm(now)
    const recovered = schedule.finished(now, outcome, this.#mood())
    if (recovered && schedule.job.name === 'canary') this.#comeBack(now)
    if (outcome.retryAfterMs && !schedule.job.exempt)
      this.#laneHolds.set(lane.id, now + Math.min(outcome.retryAfterMs, MAX_RETRY_AFTER_MS))
    if (schedule.dueAt < this.#sleepsUntil) this.#waker.abort(WOKEN)
  }

  /** Nobody has to tell the loop to look closely at a cluster that fails. */
  #alarm(now: number): void {
    const calm = this.#mood() === 'calm'
    this.#attentiveUntil = now + ATTENTIVE_MS
    if (calm) this.#hurry()
  }

  #comeBack(now: number): void {
    for (const schedule of this.#schedules) if (schedule.job.kind === 'costly') schedule.comeBack(now)
    this.#waker.abort(WOKEN)
  }

  async #ask(lane: Lane, ask: Ask): Promise<KubeResult> {
    const { clock, client, gate } = this.ports
    const { signal } = this.#stopping
    return gate.run(this.#cluster.id, signal, async () => {
      this.#meter.sent(clock.now())
      const result = await client.request(lane, {
        method: 'GET',
        connectTimeoutMs: Math.min(CONNECT_TIMEOUT_MS, ask.timeoutMs),
        signal,
        ...ask,
      })
      this.#meter.received(clock.now(), result.bytes)
      return result
    })
  }

  #observe(observation: Observation): void {
    const { lag, onObservation } = this.ports
    const lagMs = lag.since(observation.at)
    this.#tell(() => onObservation(lagMs === undefined ? observation : { ...observation, lagMs }))
  }

  #tell(listener: () => void): void {
    // What was cut short by stopping says nothing about the cluster.
    if (this.#stopping.signal.aborted) return
    try {
      listener()
    } catch (error) {
      this.ports.onFault(this.#cluster.id, error)
    }
  }
}
