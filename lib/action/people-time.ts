import type { Clock } from '../clock/clock'

/** Time as those have it who plan and confirm. It differs from the fleet's where that is simulated and runs faster. */
export interface PeopleTime {
  /** Epoch ms of the real clock, which a restart does not set back. */
  now(): number
  /** Seconds of the fleet's clock in one of theirs. */
  speed(): number
}

/** That of a real fleet: one time for all. */
export function sameTime(clock: Clock): PeopleTime {
  return { now: () => clock.now(), speed: () => 1 }
}
