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

/** Readings made ready to be counted down each second. */
export interface LaidNames {
  rate?: number
  names: { name: string; ends: number[]; endsAt?: number }[]
}

/**
 * `applicationTtlSeconds`: programs keep what they have for up to this long after the cache has lost it, half of it on
 * average; `staleSeconds`: serve_stale allowance when stale copies are kept; `rate`: lookups a second of one name.
 */
export function layNames(
  readings: readonly NameReading[],
  after: { applicationTtlSeconds?: number; staleSeconds?: number; rate?: number } = {},
): LaidNames {
  const extra = (after.applicationTtlSeconds ?? 0) / 2 + (after.staleSeconds ?? 0)
  const byName = new Map<string, LaidNames['names'][number]>()
  for (const { name, readAt, ttlSeconds } of readings) {
    const laid = byName.get(name) ?? { name, ends: [] }
    byName.set(name, laid)
    if (ttlSeconds === null) laid.ends.push(readAt)
    else {
      const end = readAt + (ttlSeconds + ROUNDING_SECONDS + extra) * 1000
      laid.ends.push(end)
      laid.endsAt = Math.max(laid.endsAt ?? 0, end)
    }
  }
  return { rate: after.rate, names: [...byName.values()] }
}

/** Each name's fuse at an instant (epoch ms). A copy that had gone when it was read counts as ended then. */
export function nameFuses({ rate, names }: LaidNames, now: number): NameFuse[] {
  return names.map(({ name, ends, endsAt }) => {
    let alive = 0
    let unfailed = 0
    for (const end of ends) {
      if (end > now) alive++
      if (rate !== undefined) unfailed += survivalGivenExpiry((now - end) / 1000, rate, 0)
    }
    const survival = rate === undefined ? undefined : unfailed / ends.length
    return { name, resolvable: alive / ends.length, survival, endsAt }
  })
}
