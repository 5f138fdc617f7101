import { wallSleep } from '../clock/system-clock'

/** A full TLS handshake costs both ends some 3 ms of CPU: this keeps all of them well below half a core. */
const PER_SECOND = 80
const BURST = 48

/**
 * Spreads new connections over wall time, since handshakes cost real CPU whatever the fleet's clock says: a fleet
 * that is met, or that comes back, all at once must not drown the watcher and time out of its own herd. First come,
 * first served; deadlines begin after the wait.
 */
export class ConnectPace {
  #tokens = BURST
  #at: number
  #tail: Promise<void> = Promise.resolve()

  constructor(
    private readonly wallMs: () => number = () => performance.now(),
    private readonly sleep: (ms: number) => Promise<void> = wallSleep,
  ) {
    this.#at = wallMs()
  }

  /** Resolves when the next connection may begin; undefined when it may at once. */
  pass(): Promise<void> | undefined {
    this.#refill()
    if (this.#tokens < 1) return this.#wait()
    this.#tokens--
    return undefined
  }

  #wait(): Promise<void> {
    this.#tail = this.#tail.then(async () => {
      for (this.#refill(); this.#tokens < 1; this.#refill()) await this.sleep(Math.ceil(1000 / PER_SECOND))
      this.#tokens--
    })
    return this.#tail
  }

  #refill(): void {
    const now = this.wallMs()
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#at) / 1000) * PER_SECOND)
    this.#at = now
  }
}
