import type { Clock } from './clock'

interface Sleeper {
  at: number
  order: number
  wake: () => void
}

/** Yields to everything already runnable: promise callbacks, and I/O callbacks of the same turn. */
export function settle(turns = 3): Promise<void> {
  return new Promise(resolve => {
    const turn = (left: number) => (left === 0 ? resolve() : setImmediate(turn, left - 1))
    turn(turns)
  })
}

/** A stepped clock for tests and headless replays: time moves only through `advance`. */
export class FakeClock implements Clock {
  #now: number
  #order = 0
  #sleepers: Sleeper[] = []

  constructor(startAt: number | string = '2024-12-11T22:45:00.000Z') {
    this.#now = typeof startAt === 'string' ? Date.parse(startAt) : startAt
  }

  now(): number {
    return this.#now
  }

  /** How many sleeps are pending; lets a test see that a loop has stopped. */
  get pending(): number {
    return this.#sleepers.length
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const sleeper: Sleeper = {
        at: this.#now + Math.max(0, ms),
        order: this.#order++,
        wake: () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
      }
      const onAbort = () => {
        this.#sleepers = this.#sleepers.filter(other => other !== sleeper)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#sleepers.push(sleeper)
    })
  }

  /** Moves time by `ms`, waking sleepers in order and letting their continuations run at their own instant. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    await settle()
    for (;;) {
      const next = this.#nextDue(until)
      if (!next) break
      this.#now = Math.max(this.#now, next.at)
      next.wake()
      await settle()
    }
    this.#now = until
    await settle()
  }

  #nextDue(until: number): Sleeper | undefined {
    let best = -1
    for (let i = 0; i < this.#sleepers.length; i++) {
      const s = this.#sleepers[i] as Sleeper
      const b = this.#sleepers[best]
      if (s.at <= until && (!b || s.at < b.at || (s.at === b.at && s.order < b.order))) best = i
    }
    return best < 0 ? undefined : this.#sleepers.splice(best, 1)[0]
  }
}
