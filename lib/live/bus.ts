/** A subscriber's view: takes what is waiting, or waits for more. */
export interface Subscription<T> extends AsyncIterable<T> {
  close(): void
}

interface Listener<T> {
  queue: T[]
  overflowed: boolean
  wake?: () => void
  closed: boolean
}

/**
 * Fans events out to subscribers without ever waiting for one: a queue that is full is replaced by one fresh
 * snapshot, so a slow reader sees the present late instead of the past in full.
 */
export class Bus<T> {
  #listeners = new Set<Listener<T>>()
  /** Events that were replaced by a snapshot because a reader was slow. */
  dropped = 0

  constructor(
    private readonly snapshot: () => T,
    private readonly limits: { queue: number; subscribers: number } = { queue: 64, subscribers: 500 },
  ) {}

  get size(): number {
    return this.#listeners.size
  }

  publish(event: T): void {
    for (const listener of this.#listeners) {
      if (listener.overflowed) this.dropped++
      else if (listener.queue.length >= this.limits.queue) {
        this.dropped += listener.queue.length + 1
        listener.queue.length = 0
        listener.overflowed = true
      } else listener.queue.push(event)
      listener.wake?.()
    }
  }

  /** Begins with a snapshot unless `resume` (events that follow what the reader has) is given. */
  subscribe(resume?: T[]): Subscription<T> | undefined {
    if (this.#listeners.size >= this.limits.subscribers) return undefined
    const listener: Listener<T> = { queue: resume ? [...resume] : [], overflowed: !resume, closed: false }
    this.#listeners.add(listener)
    const close = () => {
      listener.closed = true
      this.#listeners.delete(listener)
      listener.wake?.()
    }
    return { close, [Symbol.asyncIterator]: () => this.#read(listener, close) }
  }

  closeAll(): void {
    for (const listener of [...this.#listeners]) {
      listener.closed = true
      this.#listeners.delete(listener)
      listener.wake?.()
    }
  }

  async *#read(listener: Listener<T>, close: () => void): AsyncGenerator<T> {
    try {
      while (!listener.closed) {
        if (listener.overflowed) {
          listener.overflowed = false
          listener.queue.length = 0
          yield this.snapshot()
          continue
        }
        const next = listener.queue.shift()
        if (next !== undefined) yield next
        else
          await new Promise<void>(resolve => {
            listener.wake = resolve
          })
      }
    } finally {
      close()
    }
  }
}
