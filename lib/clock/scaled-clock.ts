import type { Clock } from './clock'

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
  /** Wakes every sleeper to reckon anew. A set, not a signal: thousands sleep at once. */
  #sleepers = new Set<() => void>()
  /** How far time was set back in all, so that nobody sleeps through it a second time. */
  #wentBackMs = 0

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
    const before = this.now()
    this.#anchor = anchor
    this.#wentBackMs += Math.max(0, before - this.now())
    for (const reckon of [...this.#sleepers]) reckon()
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const until = this.now() + ms + this.#wentBackMs
      let timer: ReturnType<typeof setTimeout> | undefined
      const end = () => {
        clearTimeout(timer)
        this.#sleepers.delete(reckon)
        signal?.removeEventListener('abort', onAbort)
      }
      const onAbort = () => {
        end()
        reject(signal?.reason)
      }
      const reckon = () => {
        clearTimeout(timer)
        const left = until - this.#wentBackMs - this.now()
        if (left <= 0) {
          end()
          resolve()
          return
        }
        // A paused clock moves by re-anchoring only, which reckons anew.
        if (!this.#anchor.paused)
          timer = setTimeout(reckon, Math.min(left / this.#anchor.speed, MAX_TIMER_MS))
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#sleepers.add(reckon)
      reckon()
    })
  }
}

/** Node's timers hold no more than this. */
const MAX_TIMER_MS = 2 ** 31 - 1
