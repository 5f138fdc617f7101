import type { Traffic } from '../fuse/shape'
import type { LivePathView } from '../fuse/types'
import type { DnsServerRates, DnsServerView } from './types'

/** Rates over less are too rough to replace an assumption by. */
const LEAST_WINDOW_SECONDS = 30
/** Steps in which traffic is told: equal steps share a curve, and the bands vary it by three anyway. */
const STEP = 1.25
const MAX_NAMES = 20_000
const FEW_NAMES = 20
/** A record that is evicted once a day is not evicted. */
const LEAST_EVICTIONS = 1 / 86_400
/** A cache that misses less is measured too roughly to divide by it. */
const LEAST_MISSES = 0.001
/** Linux tells when a process began only to within a second or so: it counts from a boot time in whole seconds. */
const START_ERROR_MS = 2_000
/** As of a probe: an older word does not count. */
const VALID_MS = 90_000

/**
 * Lookups at a node cache of the middle, measured; undefined when no node cache tells. CoreDNS' own figures say
 * nothing of it: they count what the node caches let through.
 */
export function measuredTraffic(views: readonly DnsServerView[], now: number): Traffic | undefined {
  const told = views.flatMap(({ kind, rates, names, denials, at }) =>
    kind === 'node-cache' &&
    at !== undefined &&
    now - at <= VALID_MS &&
    rates?.lookupsPerSecond &&
    rates.windowSeconds >= LEAST_WINDOW_SECONDS &&
    names
      ? [{ lookups: lookupsOfNames(rates), names, denials, rates }]
      : [],
  )
  if (told.length === 0) return undefined
  const evictions = told.flatMap(({ rates }) => rates.evictionsPerSecond ?? [])
  const questions = told.flatMap(({ rates, names, denials = 0 }) =>
    rates.lookupsPerSecond !== undefined && rates.hitShare !== undefined
      ? [{ perSecond: rates.lookupsPerSecond, missShare: 1 - rates.hitShare, entries: names + denials }]
      : [],
  )
  return {
    lookupsPerSecond: inSteps(median(told.map(one => one.lookups))),
    names: namesInSteps(median(told.map(one => one.names))),
    ...(evictions.length > 0 && { evictionsPerSecond: evictionsInSteps(median(evictions)) }),
    ...(questions.length > 0 && {
      questions: {
        perSecond: inSteps(median(questions.map(one => one.perSecond))),
        missShare: inSteps(Math.max(LEAST_MISSES, median(questions.map(one => one.missShare)))),
        entries: namesInSteps(median(questions.map(one => one.entries))),
      },
    }),
  }
}

/**
 * Questions for names that exist: those answered from the cache, and of the misses, which are not told by kind, as large
 * a part as of the hits. Denials miss more often, so this is rather too much than too little.
 */
function lookupsOfNames({ lookupsPerSecond = 0, hitShare, recordsPerSecond }: DnsServerRates): number {
  if (recordsPerSecond === undefined || !hitShare || recordsPerSecond <= 0) return lookupsPerSecond
  return Math.min(lookupsPerSecond, recordsPerSecond / hitShare)
}

/** Whether two measurements would lay the same fuse. */
export function sameTraffic(a: Traffic | undefined, b: Traffic | undefined): boolean {
  return (
    a?.lookupsPerSecond === b?.lookupsPerSecond &&
    a?.names === b?.names &&
    a?.evictionsPerSecond === b?.evictionsPerSecond &&
    a?.questions?.perSecond === b?.questions?.perSecond &&
    a?.questions?.missShare === b?.questions?.missShare &&
    a?.questions?.entries === b?.questions?.entries
  )
}

/**
 * T0 as restarts tell it: a CoreDNS that starts, or takes another Corefile, after the API server was lost comes back
 * without records and answers SERVFAIL, unless it was answered by an API server since. undefined when none did.
 */
export function restartView(
  views: readonly DnsServerView[],
  apiLostAt: number,
  now: number,
): LivePathView | undefined {
  const empty = views.flatMap(view => {
    const { kind, at, restartedAt = 0, reloadedAt = 0 } = view
    const begunAt = Math.max(restartedAt, reloadedAt)
    const answered = restartedAt >= reloadedAt ? view.apiAnswersSinceStart : view.rates?.apiAnswers
    const told = kind === 'coredns' && at !== undefined && now - at <= VALID_MS
    return told && begunAt >= apiLostAt - START_ERROR_MS && !answered ? [{ at, begunAt }] : []
  })
  if (empty.length === 0) return undefined
  return {
    at: Math.max(...empty.map(one => one.at)),
    state: 'failing',
    failingSince: Math.max(apiLostAt, Math.min(...empty.map(one => one.begunAt))),
    failure: 'servfail',
  }
}

function inSteps(value: number): number {
  const exact = STEP ** Math.round(Math.log(value) / Math.log(STEP))
  return Number(exact.toPrecision(3))
}

/** Few names do not change from one scrape to the next. */
function namesInSteps(names: number): number {
  return Math.min(MAX_NAMES, Math.max(1, Math.round(names <= FEW_NAMES ? names : inSteps(names))))
}

function evictionsInSteps(perSecond: number): number {
  return perSecond < LEAST_EVICTIONS ? 0 : inSteps(perSecond)
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
