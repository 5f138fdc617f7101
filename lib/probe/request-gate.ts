interface Waiting {
  clusterId: string
  enter: () => void
}

/**
 * Bounds the requests in flight over the fleet, fairly: a free place goes to the cluster that holds fewest, and the
 * last quarter of all places is kept for clusters that hold none, so that many sick clusters cannot fill them all.
 */
export class RequestGate {
  #inFlight = 0
  readonly #held = new Map<string, number>()
  #waiting: Waiting[] = []

  constructor(
    private readonly maxInFlight: number,
    private readonly maxPerCluster: number,
  ) {}

  get inFlight(): number {
    return this.#inFlight
  }

  heldBy(clusterId: string): number {
    return this.#held.get(clusterId) ?? 0
  }

  /** Runs `work` when there is a place for it; `signal` gives the wait up, never the work. */
  async run<T>(clusterId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#mayEnter(clusterId)) this.#take(clusterId)
    else await this.#wait(clusterId, signal)
    try {
      return await work()
    } finally {
      this.#release(clusterId)
    }
  }

  #mayEnter(clusterId: string): boolean {
    const held = this.heldBy(clusterId)
    if (held >= this.maxPerCluster) return false
    return this.#inFlight < (held === 0 ? this.maxInFlight : Math.ceil(this.maxInFlight * 0.75))
  }

  #take(clusterId: string): void {
    this.#inFlight++
    this.#held.set(clusterId, this.heldBy(clusterId) + 1)
  }

  #wait(clusterId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const giveUp = () => {
        this.#waiting = this.#waiting.filter(other => other !== waiting)
        reject(signal.reason)
      }
      const waiting: Waiting = {
        clusterId,
        enter: () => {
          signal.removeEventListener('abort', giveUp)
          resolve()
        },
      }
      signal.addEventListener('abort', giveUp, { once: true })
      this.#waiting.push(waiting)
    })
  }

  #release(clusterId: string): void {
    this.#inFlight--
    const held = this.heldBy(clusterId) - 1
    if (held > 0) this.#held.set(clusterId, held)
    else this.#held.delete(clusterId)
    for (let next = this.#next(); next; next = this.#next()) {
      this.#waiting = this.#waiting.filter(other => other !== next)
      this.#take(next.clusterId)
      next.enter()
    }
  }

  /** The one that waits longest among those whose cluster holds fewest. */
  #next(): Waiting | undefined {
    let best: Waiting | undefined
    for (const waiting of this.#waiting) {
      if (!this.#mayEnter(waiting.clusterId)) continue
      if (!best || this.heldBy(waiting.clusterId) < this.heldBy(best.clusterId)) best = waiting
    }
    return best
  }
}
