import { createHash } from 'node:crypto'
import type { Failures } from './types'

const FREE_TRIES = 5
const FIRST_LOCK_MS = 60_000
const LONGEST_LOCK_MS = 15 * 60_000
export const FORGOTTEN_AFTER_MS = 24 * 3600_000

/** What was typed as a login, as it is looked for and counted under. */
export function normaliseLogin(typed: string): string {
  return typed.trim().normalize('NFKC').toLowerCase()
}

/** Under which the wrong tries of a login are counted. People type passwords in there: it is never kept readable. */
export function loginHash(login: string): string {
  return createHash('sha256').update(login).digest('hex')
}

/**
 * Counts a try before it is known how it ends, so that tries at the same time cannot be more than those one by one.
 * From the fifth on, each closes the login for a minute, then two, four, and at most fifteen.
 */
export function claimTry(
  known: Failures | undefined,
  now: number,
): { isOpen: boolean; closesNow: boolean; failures: Failures } {
  if (known?.lockedUntil !== undefined && known.lockedUntil > now)
    return { isOpen: false, closesNow: false, failures: known }
  const isFresh = known !== undefined && now - known.lastAt < FORGOTTEN_AFTER_MS
  const failures = (isFresh ? known.failures : 0) + 1
  if (failures < FREE_TRIES) return { isOpen: true, closesNow: false, failures: { failures, lastAt: now } }
  const lockMs = Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** (failures - FREE_TRIES))
  return { isOpen: true, closesNow: true, failures: { failures, lockedUntil: now + lockMs, lastAt: now } }
}

/** Takes back a try that was neither right nor wrong: the password was right, the second factor was not given. */
export function returnTry(known: Failures | undefined): Failures | undefined {
  if (!known || known.failures <= 1) return undefined
  return { failures: known.failures - 1, lastAt: known.lastAt }
}
