import { survivalGivenExpiry } from '../model/survival'

/** The TTL of one name's cached copy at one resolver, read once at T0. */
export interface NameReading {
  name: string
  resolver: string
  /** Epoch ms. */
  readAt: number
  /** Seconds left; null when the copy had gone. 0 with a copy means served stale. */
  ttlSeconds: number | null
}

/** One name's own fuse, from readings rather than from assumptions. */
export interface NameFuse {
  name: string
  /** Share of the resolvers that were read where the copy still lasts, 0–1. */
  resolvable: number
  /** Chance that no lookup of it has failed yet, when `rate` is given. */
  survival?: number
  /** Epoch ms at which the last copy ends; undefined when none was left. */
  endsAt?: number
}

/** TTLs are whole seconds, rounded down: on average half a second more is left. */
const ROUNDING_SECONDS = 0.5

/**
 * Counts the readings down. `applicationTtlSeconds`: programs keep what they have for up to this long after the cache
 * has lost it, half of it on average; `staleSeconds`: serve_stale allowance when stale copies are kept.
 */
export function nameFuses(
  readings: readonly NameReading[],
  now: number,
  after: { applicationTtlSeconds?: number; staleSeconds?: number; rate?: number } = {},
): NameFuse[] {
  const extra = (after.applicationTtlSeconds ?? 0) / 2 + (after.staleSeconds ?? 0)
  const byName = new Map<string, { end: number; left: boolean }[]>()
  for (const { name, readAt, ttlSeconds } of readings) {
    const copies = byName.get(name) ?? []
    const left = ttlSeconds !== null
    copies.push({ left, end: left ? readAt + (ttlSeconds + ROUNDING_SECONDS + extra) * 1000 : readAt })
    byName.set(name, copies)
  }
  const { rate } = after
  return [...byName].map(([name, copies]) => {
    const known = copies.filter(copy => copy.left)
    const unfailed = copies.reduce(
      (sum, { end }) => sum + survivalGivenExpiry((now - end) / 1000, rate ?? 0, 0),
      0,
    )
    return {
      name,
      resolvable: known.filter(copy => copy.end > now).length / copies.length,
      survival: rate === undefined ? undefined : unfailed / copies.length,
      endsAt: known.length > 0 ? Math.max(...known.map(copy => copy.end)) : undefined,
    }
  })
}
