import { zipf } from '../../model/population'
import { seeded, waiting } from '../../model/testing/simulate'
import type { DnsServerView } from '../types'

/** A node cache whose upstream is lost at 0 for good; seconds. */
export interface CountedCache {
  seed: number
  lookupsPerSecond: number
  names: number
  skew: number
  ttl: number
  /** Times that a program asks for a record before it gives up. */
  attempts: number
  /** Questions beside each lookup that end in denials: search path and AAAA. Kept for 5 s. */
  denials: number
  /** What programs want since T0, over what they wanted before. */
  demand: number
  until: number
}

const STEP = 20

/** What happened in each 20 s since `start`: lookups and answered ones, and what the cache's own counters say of them. */
export interface Counted {
  start: number
  lookups: number[]
  answered: number[]
  records: number[]
  servfails: number[]
}

/** Walks every lookup of every name, as a node cache would count them. */
export function simulateCounters(cache: CountedCache): Counted {
  const { seed, names, skew, ttl, attempts, denials, demand, until } = cache
  const rng = seeded(seed)
  const start = -5 * STEP
  const bins = Math.ceil((until - start) / STEP)
  const row = () => new Array<number>(bins).fill(0)
  const counted: Counted = { start, lookups: row(), answered: row(), records: row(), servfails: row() }
  const add = (to: number[], at: number, many: number) => {
    const bin = Math.floor((at - start) / STEP)
    if (many > 0 && bin >= 0 && bin < bins) to[bin] = (to[bin] ?? 0) + many
  }
  for (const { rate, count } of zipf(cache.lookupsPerSecond, names, skew)) {
    for (let name = 0; name < count; name++) {
      let endsAt = Number.NEGATIVE_INFINITY
      let deniedUntil = Number.NEGATIVE_INFINITY
      let at = start - 4 * (ttl + 1 / rate) * (1 + rng())
      for (; at < until; at += waiting(rng, at < 0 ? rate : rate * demand)) {
        const hit = at < endsAt
        if (!hit && at < 0) endsAt = at + ttl
        if (at >= deniedUntil && at < 0) deniedUntil = at + 5
        add(counted.lookups, at, 1)
        add(counted.answered, at, hit || at < 0 ? 1 : 0)
        add(counted.records, at, hit ? 1 : 0)
        const failed = (hit || at < 0 ? 0 : attempts) + (at < 0 || at < deniedUntil ? 0 : denials)
        add(counted.servfails, at, failed)
      }
    }
  }
  return counted
}

/** What scrapes over three steps make of it, the first one whole steps after `start`. */
export function viewsOf(counted: Counted, t0At: number, address: string, names: number): DnsServerView[] {
  const windowSeconds = 3 * STEP
  return counted.records.flatMap((_, bin) => {
    if (bin < 2) return []
    const rate = (row: readonly number[]) =>
      row.slice(bin - 2, bin + 1).reduce((a, b) => a + b, 0) / windowSeconds
    return {
      address,
      kind: 'node-cache' as const,
      at: t0At + 1000 * (counted.start + (bin + 1) * STEP),
      names,
      rates: {
        windowSeconds,
        recordsPerSecond: rate(counted.records),
        servfailsPerSecond: rate(counted.servfails),
      },
      findings: [],
    }
  })
}
