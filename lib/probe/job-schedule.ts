import type { Cluster } from '../fleet/types'
import { hashPhase } from './hash-phase'
import type { JobMemory, JobOutcome, ProbeJob } from './probe-job'
import type { ProbeMood } from './types'

/** The first answers to what cannot wait come within this, spread over it. */
const FIRST_WITHIN_MS = 15_000
/** The others wait a little longer, so that a whole fleet can be met without haste. */
const FIRST_COSTLY_WITHIN_MS = 60_000
/** Between the end of a run and the next start, so that a slow server is never asked back to back. */
const MIN_GAP_MS = 1_000
/** A server that asks for more is asked again all the same: its state may have changed. */
export const MAX_RETRY_AFTER_MS = 60_000
/** Spread over so long, the costly jobs return when callers are served again. */
const COME_BACK_MS = 10_000
const RECHECK_MS = 30_000

/** When one job of one cluster is due: pure bookkeeping, the loop does the work. */
export class JobSchedule {
  dueAt: number
  running = false
  turn = 0
  readonly memory: JobMemory = {}
  #failures = 0
  #endedAt = 0
  #alignAt: number | undefined
  readonly #phase: number

  constructor(
    readonly job: ProbeJob,
    private readonly cluster: Cluster,
    now: number,
    /** How much of the first spread is needed, 0–1: a small fleet is met sooner. */
    firstShare = 1,
  ) {
    this.#phase = hashPhase(`${cluster.id}/${job.name}`)
    const calmMs = job.calmMs(cluster)
    const firstWithinMs = Math.min(job.kind === 'vital' ? FIRST_WITHIN_MS : FIRST_COSTLY_WITHIN_MS, calmMs)
    this.dueAt = now + this.#phase * firstShare * firstWithinMs
    const place = now + this.#phase * calmMs
    // A small fleet's second run may take its place in the first interval already, if that is not too soon.
    const isFree = firstShare < 1 && place - this.dueAt >= calmMs / 4
    this.#alignAt = isFree ? place : place + calmMs
  }

  intervalMs(mood: ProbeMood): number {
    const base = mood === 'distress' ? this.job.distressMs : this.job.calmMs(this.cluster)
    return Math.min(base * 2 ** Math.min(this.#failures, 10), Math.max(base, this.job.maxMs))
  }

  /** After a run that ended at `now`; true when it is the first success after failures. */
  finished(now: number, outcome: JobOutcome, mood: ProbeMood): boolean {
    const recovered = this.#failures > 0 && !outcome.failed
    this.#failures = outcome.failed ? this.#failures + 1 : 0
    this.running = false
    this.turn++
    this.#endedAt = now
    let next = this.dueAt + this.intervalMs(mood)
    // The second run moves the job to its own place in the whole interval; the first was hurried.
    if (this.#alignAt !== undefined && mood === 'calm' && !outcome.failed) next = Math.max(now, this.#alignAt)
    this.#alignAt = undefined
    const wait = Math.min(outcome.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS)
    this.dueAt = Math.max(next, now + MIN_GAP_MS, now + wait)
    return recovered
  }

  /** Not now: over budget, or not in distress. */
  postpone(now: number): void {
    this.dueAt = now + RECHECK_MS
  }

  holdUntil(until: number): void {
    this.dueAt = Math.max(this.dueAt, until)
  }

  /** Brings the next run forward when the cluster is to be watched more closely. */
  hurry(now: number, mood: ProbeMood): void {
    if (this.running || this.job.kind !== 'vital') return
    this.dueAt = Math.min(this.dueAt, now + this.#phase * this.intervalMs(mood))
  }

  /** What was put off by failures is worth knowing now. */
  comeBack(now: number): void {
    if (this.running || this.#failures === 0) return
    this.#failures = 0
    const earliest = this.#endedAt + this.job.calmMs(this.cluster)
    this.dueAt = Math.min(this.dueAt, Math.max(earliest, now + this.#phase * COME_BACK_MS))
  }

  /** After a jump of the clock: neither all at once nor in a far future. */
  respread(now: number, mood: ProbeMood): void {
    const interval = this.intervalMs(mood)
    if (this.dueAt < now - 2 * interval || this.dueAt > now + 2 * interval + MAX_RETRY_AFTER_MS)
      this.dueAt = now + this.#phase * Math.min(interval, FIRST_WITHIN_MS)
  }
}
