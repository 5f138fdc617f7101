import type { ControlPlaneState } from '../../lib/health/types'

/** Verdicts after which somebody should act. */
export function isSick(state: ControlPlaneState): boolean {
  return state === 'Overloaded' || state === 'LockedOut' || state === 'Dark'
}
