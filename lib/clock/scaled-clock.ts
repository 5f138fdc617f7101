import type { Clock } from './clock'
import { wallSleep } from './system-clock'

/** A fixed point of simulated time: at wall time `wallAt` it was `simAt`, running at `speed` simulated s a wall s. */
export interface ClockAnchor {
  wallAt: number
  simAt: number
  /** 1–120; while `paused` the clock stands at `simAt`. */
  speed: number
  paused: boolean
}

/** A clock that follows a simulated fleet's time. Re-anchoring wakes all sleepers so that none oversleeps. */
export class ScaledClock implements Clock {
  #anchor: ClockAnchor
  #changed = new AbortController()

  constructor(
    anchor: ClockAnchor,
    private readonly wallNow: () => number = Date.now,
  ) {
    this.#anchor = anchor
  }

  get anchor(): ClockAnchor {
    return this.#anchor
  }

  now(): number {
    const { wallAt, simAt, speed, paused } = this.#anchor
    return paused ? simAt : simAt + (this.wallNow() - wallAt) * speed
  }

  setAnchor(anchor: ClockAnchor): void {
    this.#anchor = anchor
    this.#changed.abort()
    this.#changed = new AbortController()
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.now() + ms
    for (;;) {
      signal?.throwIfAborted()
      const left = until - this.now()
      if (left <= 0) return
      const { paused, speed } = this.#anchor
      const changed = this.#changed.signal
      const wake = signal ? AbortSignal.any([signal, changed]) : changed
      // A paused clock only moves by re-anchoring, so the long sleep is cut short by `changed`.
      await wallSleep(paused ? 86_400_000 : left / speed, wake).catch(() => {})
    }
  }
}
