import type { NameReading } from '../probe/name-readings'

/** One name at one node cache, with the instant (epoch ms) from which it is gone there as far as was read. */
export interface NameCopy {
  name: string
  resolver: string
  endsAt: number
}

/** TTLs are whole seconds, rounded down: on average half a second more is left. */
const ROUNDING_MS = 500

/**
 * What readings since T0, oldest first, tell of each copy: it is there until its TTL has run down, and `staleSeconds`
 * longer where stale answers are kept. A later reading that finds nothing ends it at the latest then.
 */
export function copiesOf(readings: readonly NameReading[], staleSeconds = 0): NameCopy[] {
  const copies = new Map<string, NameCopy>()
  for (const { name, resolver, readAt, ttlSeconds } of readings) {
    const key = `${resolver}\n${name}`
    const before = copies.get(key)?.endsAt ?? readAt
    const endsAt =
      ttlSeconds === null
        ? Math.min(before, readAt)
        : readAt + ROUNDING_MS + (ttlSeconds + staleSeconds) * 1000
    copies.set(key, { name, resolver, endsAt })
  }
  return [...copies.values()]
}

/**
 * Share of the copies that programs still find at an instant. Programs that keep names for `applicationTtlSeconds` on
 * their own took theirs at any time before the copy ended, so their last ones fade over that long after it.
 */
export function shareAlive(copies: readonly NameCopy[], at: number, applicationTtlSeconds: number): number {
  if (copies.length === 0) return Number.NaN
  const fade = applicationTtlSeconds * 1000
  let alive = 0
  for (const { endsAt } of copies) {
    if (endsAt > at) alive++
    else if (fade > 0) alive += Math.max(0, 1 - (at - endsAt) / fade)
  }
  return alive / copies.length
}
