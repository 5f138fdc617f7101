import type { Clock } from '../../lib/clock/clock'

interface Sleeper {
  at: number
  order: number
  /** Undefined once it was woken or given up. */
  wake?: () => void
  giveUp: (reason: unknown) => void
  /** Those that wait on the same signal; undefined without one. */
  company?: Set<Sleeper>
}

/**
 * A clock for headless runs of hours with a hundred thousand sleeps: a heap of sleepers, and after each instant one
 * turn of the microtask queue instead of the event loop. Nothing that it drives may wait for sockets or files.
 */
export class SteppedClock implements Clock {
  #now: number
  #order = 0
  readonly #heap: Sleeper[] = []
  /** Sleepers by signal: one listener for all of them costs a fraction of one each. */
  readonly #companies = new WeakMap<AbortSignal, Set<Sleeper>>()

  constructor(startAt: number) {
    this.#now = startAt
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const company = signal && this.#companyOf(signal)
      const sleeper: Sleeper = {
        at: this.#now + Math.max(0, ms),
        order: this.#order++,
        wake: resolve,
        giveUp: reject,
        company,
      }
      company?.add(sleeper)
      this.#push(sleeper)
    })
  }

  /** Moves time to `until`, waking sleepers in order; what they do is done at their own instant. */
  async advanceTo(until: number): Promise<void> {
    await settle()
    for (let next = this.#heap[0]; next && next.at <= until; next = this.#heap[0]) {
      const wake = next.wake
      this.#pop()
      if (!wake) continue
      this.#now = Math.max(this.#now, next.at)
      next.wake = undefined
      next.company?.delete(next)
      wake()
      await settle()
    }
    this.#now = Math.max(this.#now, until)
  }

  #companyOf(signal: AbortSignal): Set<Sleeper> {
    const known = this.#companies.get(signal)
    if (known) return known
    const company = new Set<Sleeper>()
    const wakeAll = () => {
      for (const sleeper of company) {
        sleeper.wake = undefined
        sleeper.giveUp(signal.reason)
      }
      company.clear()
    }
    signal.addEventListener('abort', wakeAll, { once: true })
    this.#companies.set(signal, company)
    return company
  }

  #push(sleeper: Sleeper): void {
    const heap = this.#heap
    let i = heap.push(sleeper) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      const above = heap[parent] as Sleeper
      if (!before(sleeper, above)) break
      heap[i] = above
      i = parent
    }
    heap[i] = sleeper
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      const right = heap[child + 1]
      if (right && before(right, heap[child] as Sleeper)) child++
      const least = heap[child] as Sleeper
      if (!before(least, last)) break
      heap[i] = least
      i = child
    }
    heap[i] = last
  }
}

function before(a: Sleeper, b: Sleeper): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

/** Resolves when no promise callback is left to run: Node empties the microtask queue before the next tick's. */
function settle(): Promise<void> {
  return new Promise(resolve => process.nextTick(resolve))
}
