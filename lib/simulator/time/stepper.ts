import { ifWoken } from '../../clock/if-woken'
import { wallSleep } from '../../clock/system-clock'
import type { SimulatedTime } from './simulated-time'

/** No more than this many simulated seconds at a go, so that requests are served in between. */
const BATCH_SECONDS = 5
const TICK_MS = 20

/** Moves a fleet along with simulated time: one step a simulated second, catching up when the process was held up. */
export class Stepper {
  readonly #stop = new AbortController()
  #lagMs = 0

  constructor(
    private readonly time: SimulatedTime,
    private readonly fleet: () => { startAt: number; second: number; advance(toSecond: number): void },
    private readonly afterStep: () => void,
  ) {}

  /** How far (simulated ms) the fleet is behind its clock, beyond the running second. */
  get lagMs(): number {
    return this.#lagMs
  }

  /** Runs until `stop`. */
  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const more = this.step()
      const pause = more ? 0 : Math.max(1, Math.min(TICK_MS, 1000 / this.time.anchor.speed / 2))
      await wallSleep(pause, this.#stop.signal).catch(ifWoken(this.#stop.signal))
    }
  }

  stop(): void {
    this.#stop.abort()
  }

  /** @returns true when it is still behind */
  step(): boolean {
    const fleet = this.fleet()
    const due = Math.floor((this.time.now() - fleet.startAt) / 1000)
    const from = fleet.second
    if (due > from) {
      fleet.advance(Math.min(due, from + BATCH_SECONDS))
      this.afterStep()
    }
    this.#lagMs = Math.max(0, this.time.now() - fleet.startAt - (fleet.second + 1) * 1000)
    return fleet.second < due
  }
}
