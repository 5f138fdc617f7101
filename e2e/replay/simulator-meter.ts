/** Keeps the simulated fleet's own work apart from that of whoever watches it, in one process and one thread. */
export class SimulatorMeter {
  #micros = 0

  /** CPU seconds. */
  get seconds(): number {
    return this.#micros / 1e6
  }

  /** Runs the simulator's side of something. */
  run<T>(work: () => T): T {
    const before = process.cpuUsage()
    try {
      return work()
    } finally {
      const { user, system } = process.cpuUsage(before)
      this.#micros += user + system
    }
  }
}
