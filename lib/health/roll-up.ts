import type { ControlPlaneState, Verdict } from './types'

/** How many clusters are in each state; every state is there, also with none. */
export function rollUp(verdicts: Iterable<Pick<Verdict, 'state'>>): Record<ControlPlaneState, number> {
  const counts: Record<ControlPlaneState, number> = {
    Healthy: 0,
    Strained: 0,
    Overloaded: 0,
    LockedOut: 0,
    Dark: 0,
    Recovering: 0,
    Unknown: 0,
  }
  for (const { state } of verdicts) counts[state]++
  return counts
}
