import type { ActionRow } from './store'

/** A plan that nobody confirmed or approved in time has expired, whatever its row says. `now` is people's. */
export function lapsed<T extends Pick<ActionRow, 'state' | 'expiresAt'>>(action: T, now: number): T {
  const isWaiting = action.state === 'planned' || action.state === 'awaiting'
  return isWaiting && now >= action.expiresAt ? { ...action, state: 'expired' } : action
}
