import type { Clock } from '../clock/clock'

const TICK_MS = 1_000
/** Less than this is how timers are; more, and the process did not get to run. */
const WORTH_TELLING_MS = 1_000
const KEPT = 32

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
      // Rejects only when it is to end.
      await this.clock.sleep(TICK_MS, signal).catch(() => {})
      const now = this.clock.now()
      const lagMs = now - this.#expectedAt
      if (lagMs >= WORTH_TELLING_MS) this.#late = [...this.#late, { at: now, lagMs }].slice(-KEPT)
    }
    this.#expectedAt = Number.POSITIVE_INFINITY
  }

  /** The worst lag that ended after `since`, or that still lasts; undefined when there was none worth telling. */
  worstSince(since: number): number | undefined {
    const lasting = this.clock.now() - this.#expectedAt
    let worst = lasting >= WORTH_TELLING_MS ? lasting : 0
    for (const { at, lagMs } of this.#late) if (at >= since) worst = Math.max(worst, lagMs)
    return worst > 0 ? worst : undefined
  }
}
