import { performance } from 'node:perf_hooks'

/**
 * Keeps the simulated fleet's own work apart from that of whoever watches it, in one process and one thread. Asking
 * for CPU time a thousand times a second would cost more than what is measured, so the share of the time is taken.
 */
export class SimulatorMeter {
  readonly #startedAt = performance.now()
  #ms = 0

  /** Of all time since the meter was made, 0–1. */
  get share(): number {
    return this.#ms / Math.max(1, performance.now() - this.#startedAt)
  }

  /** Runs the simulator's side of something. */
  run<T>(work: () => T): T {
    const startedAt = performance.now()
    try {
      return work()
    } finally {
      this.#ms += performance.now() - startedAt
    }
  }
}
