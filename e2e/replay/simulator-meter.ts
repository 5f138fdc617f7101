import { performance } from 'node:perf_hooks'

/**
 * Keeps the simulated fleet's own work apart from that of whoever watches it, in one thread. Asking for CPU time a
 * thousand times a second would cost more than what is measured; the work never waits, so its time is its CPU time.
 */
export class SimulatorMeter {
  #ms = 0

  /** Spent in the simulator so far. */
  get ms(): number {
    return this.#ms
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
