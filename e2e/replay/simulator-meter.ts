import { performance } from 'node:perf_hooks'

/** Keeps the simulated fleet's own work apart from that of whoever watches it, in one process and one thread. */
export class SimulatorMeter {
  #ms = 0

  get seconds(): number {
    return this.#ms / 1000
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
