import type { ClockDto } from '../wire/time'
import { type BrowserTime, browserTime } from './browser-time'
import { anchorClock, redrawMs, type ServerClock, serverNow, serverWallNow } from './server-clock'

export interface LiveState {
  /** Browser time of the last sign of life; null before the first. */
  lastAliveMs: number | null
  connected: boolean
  clock: ServerClock | null
}

/**
 * What the views need between events: the running clock and the age of the last event. One timer for the whole page;
 * it runs only while something is shown.
 */
export class LiveStore {
  #state: LiveState = { lastAliveMs: null, connected: false, clock: null }
  readonly #listeners = new Set<() => void>()
  readonly #time: BrowserTime
  #cancelTick: (() => void) | null = null
  #tickWallMs: number

  constructor(time: BrowserTime = browserTime) {
    this.#time = time
    this.#tickWallMs = time.now()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#schedule()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#cancelTick?.()
      this.#cancelTick = null
    }
  }

  readonly state = (): LiveState => this.#state

  /** Browser time of the last tick; views round it as they need. */
  readonly wallMs = (): number => this.#tickWallMs

  /** Server time in epoch ms at the last tick, rounded down to `stepMs`; null before the first event. */
  readonly now = (stepMs: number): number | null => {
    const { clock } = this.#state
    return clock ? Math.floor(serverNow(clock, this.#tickWallMs) / stepMs) * stepMs : null
  }

  /** The server's real time at the last tick, in whole seconds of epoch ms; null before the first event. */
  readonly realNow = (): number | null => {
    const { clock } = this.#state
    return clock ? Math.floor(serverWallNow(clock, this.#tickWallMs) / 1_000) * 1_000 : null
  }

  alive(atMs: number): void {
    this.#set({ lastAliveMs: atMs, connected: true })
  }

  lost(): void {
    this.#set({ connected: false })
  }

  anchor(clock: ClockDto): void {
    this.#set({ clock: anchorClock(this.#state.clock, clock, this.#time.now()) })
  }

  #set(change: Partial<LiveState>): void {
    this.#state = { ...this.#state, ...change }
    this.#notify()
  }

  #schedule(): void {
    const { clock } = this.#state
    const period = clock ? Math.min(1_000, redrawMs(clock)) : 1_000
    this.#cancelTick = this.#time.after(period, () => {
      this.#notify()
      this.#schedule()
    })
  }

  #notify(): void {
    this.#tickWallMs = this.#time.now()
    for (const listener of this.#listeners) listener()
  }
}
