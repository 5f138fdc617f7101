import type { DeltaDto, WarRoomDto } from '../wire/stream'
import { deltaDto, warRoomDto } from '../wire/stream'
import type { BrowserTime } from './browser-time'

/** The server sends something every five seconds at least; three missed heartbeats mean that nobody is there. */
export const SILENCE_MS = 16_000
const BACKOFF_MIN_MS = 500
const BACKOFF_MAX_MS = 15_000

/** The part of `EventSource` that is used; tests bring their own. */
export interface EventSourceLike {
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void
  close(): void
}

export interface StreamHandlers {
  onSnapshot(room: WarRoomDto): void
  onDelta(delta: DeltaDto): void
  /** Called for every sign of life with the browser's time of it. */
  onAlive(atMs: number): void
  /** The stream ended; the next attempt follows by itself. */
  onLost(): void
}

/**
 * Keeps one event stream open: reconnects with back-off and full jitter, takes silence for a lost connection (a
 * laptop that slept gets no error event), and starts over at once when `wake` is called. Holds no history.
 */
export class StreamConnection {
  readonly #open: () => EventSourceLike
  readonly #time: BrowserTime
  readonly #handlers: StreamHandlers
  #source: EventSourceLike | null = null
  #cancelRetry: (() => void) | null = null
  #cancelWatch: (() => void) | null = null
  #failures = 0
  #lastAliveMs = 0
  #stopped = false

  constructor(open: () => EventSourceLike, time: BrowserTime, handlers: StreamHandlers) {
    this.#open = open
    this.#time = time
    this.#handlers = handlers
  }

  start(): void {
    this.#stopped = false
    this.#connect()
  }

  stop(): void {
    this.#stopped = true
    this.#drop()
    this.#cancelRetry?.()
    this.#cancelRetry = null
  }

  /** The page is visible again or the network is back: do not wait for the back-off, and do not trust old silence. */
  wake(): void {
    if (this.#stopped) return
    if (this.#source && this.#time.now() - this.#lastAliveMs < SILENCE_MS) return
    this.restart()
  }

  /** Drops the stream and opens a new one, which begins with a snapshot. */
  restart(): void {
    this.#drop()
    this.#cancelRetry?.()
    this.#failures = 0
    this.#connect()
  }

  #connect(): void {
    this.#cancelRetry = null
    this.#lastAliveMs = this.#time.now()
    const source = this.#open()
    this.#source = source
    const live = (run: (data: unknown) => void) => (event: { data?: unknown }) => {
      if (this.#source !== source) return
      this.#alive()
      run(event.data)
    }
    source.addEventListener(
      'open',
      live(() => {}),
    )
    source.addEventListener(
      'ping',
      live(() => {}),
    )
    source.addEventListener(
      'snapshot',
      live(data => {
        const room = warRoomDto.safeParse(parse(data))
        if (room.success) this.#handlers.onSnapshot(room.data)
        else this.#lost(source)
      }),
    )
    source.addEventListener(
      'delta',
      live(data => {
        const delta = deltaDto.safeParse(parse(data))
        if (delta.success) this.#handlers.onDelta(delta.data)
        else this.#lost(source)
      }),
    )
    source.addEventListener('error', () => this.#lost(source))
    this.#watch(source)
  }

  #alive(): void {
    this.#lastAliveMs = this.#time.now()
    this.#failures = 0
    this.#handlers.onAlive(this.#lastAliveMs)
  }

  #watch(source: EventSourceLike): void {
    this.#cancelWatch = this.#time.after(1_000, () => {
      if (this.#source !== source) return
      if (this.#time.now() - this.#lastAliveMs >= SILENCE_MS) this.#lost(source)
      else this.#watch(source)
    })
  }

  #lost(source: EventSourceLike): void {
    if (this.#source !== source) return
    this.#drop()
    this.#handlers.onLost()
    if (this.#stopped) return
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** this.#failures)
    this.#failures += 1
    // Full jitter, so that a restarted server is not met by every browser in the same instant.
    const wait = BACKOFF_MIN_MS / 2 + this.#time.random() * ceiling
    this.#cancelRetry = this.#time.after(wait, () => this.#connect())
  }

  #drop(): void {
    this.#cancelWatch?.()
    this.#cancelWatch = null
    this.#source?.close()
    this.#source = null
  }
}

/** Undefined when it is no JSON, which no schema takes: the stream is then begun anew. */
function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data))
  } catch {
    return undefined
  }
}
