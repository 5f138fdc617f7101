import type { Clock } from '../clock/clock'
import { ifWoken } from '../clock/if-woken'

const TICK_MS = 1_000
/** Less than this is how timers are; more, and the process did not get to run. */
const TIMERS_ARE_LATE_MS = 200
const WORTH_TELLING_MS = 500
const KEPT = 64

/**
 * Measures how late this process itself is, in the clock's time. A watcher that does not get to run sees its own
 * delay as everybody else's: what it then takes for a timeout is no evidence.
 */
export class LagMeter {
  #expectedAt = Number.POSITIVE_INFINITY
  #late: { at: number; lagMs: number }[] = []

  constructor(private readonly clock: Clock) {}

  /** Runs until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#expectedAt = this.clock.now() + TICK_MS
      await this.clock.sleep(TICK_MS, signal).catch(ifWoken(signal))
      const now = this.clock.now()
      const lagMs = now - this.#expectedAt
      if (lagMs >= TIMERS_ARE_LATE_MS) this.#late = [...this.#late, { at: now, lagMs }].slice(-KEPT)
    }
    this.#expectedAt = Number.POSITIVE_INFINITY
  }

  /** All lag that ended after `since` or still lasts; undefined when there was none worth telling. */
  since(at: number): number | undefined {
    let total = Math.max(0, this.clock.now() - this.#expectedAt)
    for (const late of this.#late) if (late.at >= at) total += late.lagMs
    return total >= WORTH_TELLING_MS ? total : undefined
  }
}
