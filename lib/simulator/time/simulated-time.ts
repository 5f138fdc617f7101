import type { ClockAnchor } from '../../clock/scaled-clock'
import { systemClock } from '../../clock/system-clock'

export const MIN_SPEED = 1
export const MAX_SPEED = 120

/** Simulated time as a straight line through an anchor: the one owner of time in the simulated fleet. */
export class SimulatedTime {
  #anchor: ClockAnchor

  constructor(
    simAt: number,
    speed: number,
    private readonly wallNow: () => number = systemClock.now,
  ) {
    this.#anchor = { wallAt: wallNow(), simAt, speed: clampSpeed(speed), paused: false }
  }

  get anchor(): ClockAnchor {
    return this.#anchor
  }

  /** Epoch ms of simulated time. */
  now(): number {
    const { wallAt, simAt, speed, paused } = this.#anchor
    return paused ? simAt : simAt + (this.wallNow() - wallAt) * speed
  }

  /** Changes speed or pause from now on; time itself never jumps. */
  set(change: { speed?: number; paused?: boolean }): ClockAnchor {
    const { speed, paused } = this.#anchor
    this.#anchor = {
      simAt: this.now(),
      wallAt: this.wallNow(),
      speed: clampSpeed(change.speed ?? speed),
      paused: change.paused ?? paused,
    }
    return this.#anchor
  }

  /** Starts anew at `simAt`. */
  restart(simAt: number, speed = this.#anchor.speed): ClockAnchor {
    this.#anchor = { simAt, wallAt: this.wallNow(), speed: clampSpeed(speed), paused: false }
    return this.#anchor
  }
}

function clampSpeed(speed: number): number {
  return Math.min(MAX_SPEED, Math.max(MIN_SPEED, speed))
}
