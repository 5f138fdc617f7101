import type { ControlPlaneState, Sight, Verdict } from './types'

/** Trouble that is gone for so long is over; shorter, and a flapping signal would make the verdict flap. */
const STRAINED_CALM_MS = 60_000
const RECOVERED_CALM_MS = 3 * 60_000
/** Overload must be less for so long before it counts as going. */
const EASING_MS = 30_000
/** Recovery that stays strained for so long is strain. */
const STUCK_MS = 10 * 60_000
/** Served so often in a row, callers are admitted again. */
const ADMITTED_TRIES = 3

/** So many answers of any lane show that it is not dark. */
const ANSWERS = 2

const RANK: Record<ControlPlaneState, number> = {
  Unknown: -1,
  Healthy: 0,
  Recovering: 1,
  Strained: 1,
  Overloaded: 2,
  LockedOut: 3,
  Dark: 4,
}

type Step = Pick<Verdict, 'state' | 'since' | 'calmerSince'>

/** Hysteresis: worse at once, better slowly, and from overload or loss only by way of Recovering. */
export function nextState(sight: Sight, now: number, previous: Verdict | undefined): Step {
  const seen = sight.state
  if (!previous || previous.state === 'Unknown' || seen === 'Unknown') {
    if (previous?.state === seen) return stay(previous)
    return { state: seen, since: seen === 'Unknown' ? now : sight.firstAt }
  }
  const state = previous.state
  if (state === 'Recovering') return fromRecovering(sight, now, previous)
  if (seen === state) return stay(previous)
  if (RANK[seen] > RANK[state]) return { state: seen, since: sight.firstAt }
  const calmerSince = previous.calmerSince ?? now
  const calmFor = now - calmerSince
  switch (state) {
    case 'Strained':
      return calmFor >= STRAINED_CALM_MS
        ? { state: 'Healthy', since: calmerSince }
        : stay(previous, calmerSince)
    case 'Dark':
      // How bad it is otherwise is told by what answers.
      if (sight.answers < ANSWERS) return stay(previous, calmerSince)
      if (RANK[seen] >= RANK.Overloaded) return { state: seen, since: sight.firstAt }
      return sight.admitted > 0 ? recovering(sight, now) : stay(previous, calmerSince)
    case 'LockedOut':
      if (!admittedAgain(sight)) return stay(previous, calmerSince)
      return seen === 'Overloaded' ? { state: seen, since: sight.firstAt } : recovering(sight, now)
    default:
      return calmFor >= EASING_MS && admittedAgain(sight)
        ? recovering(sight, now)
        : stay(previous, calmerSince)
  }
}

function fromRecovering(sight: Sight, now: number, previous: Verdict): Step {
  if (RANK[sight.state] >= RANK.Overloaded)
    return { state: sight.state as ControlPlaneState, since: sight.firstAt }
  if (sight.state === 'Healthy') {
    const calmerSince = previous.calmerSince ?? now
    return now - calmerSince >= RECOVERED_CALM_MS
      ? { state: 'Healthy', since: calmerSince }
      : stay(previous, calmerSince)
  }
  return now - previous.since >= STUCK_MS ? { state: 'Strained', since: sight.firstAt } : stay(previous)
}

function admittedAgain({ admitted }: Sight): boolean {
  return admitted >= ADMITTED_TRIES
}

function recovering(sight: Sight, now: number): Step {
  return {
    state: 'Recovering',
    since: sight.admittedSince ?? now,
    calmerSince: sight.state === 'Healthy' ? now : undefined,
  }
}

function stay({ state, since }: Verdict, calmerSince?: number): Step {
  return { state, since, calmerSince }
}
