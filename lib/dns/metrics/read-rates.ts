import type { DnsCacheSample, DnsServerSample } from '../../metrics/scan-dns-server'
import type { DnsServerRates } from './types'

/** A scrape that gave a whole text. */
export interface TimedSample {
  at: number
  sample: DnsServerSample
}

/** Shares of fewer events are luck. */
const LEAST_EVENTS = 20

/**
 * What changed between two scrapes of the same process. A counter that fell was reset: nothing is said of it.
 * `zone`: the cluster's own zone, `cluster.local`.
 */
export function readRates(before: TimedSample, after: TimedSample, zone: string): DnsServerRates {
  const windowSeconds = (after.at - before.at) / 1000
  const rise = (of: (sample: DnsServerSample) => number | undefined) =>
    difference(of(before.sample), of(after.sample))
  const cache = (of: (cache: DnsCacheSample) => number | undefined) =>
    rise(sample => {
      const own = cacheOf(sample, zone)
      return own && of(own)
    })
  const hits = cache(one => one.hits ?? 0)
  const lookups = cache(one => one.requests ?? (one.misses === undefined ? undefined : sum(one)))
  const records = cache(one => one.successHits)
  const evictions = cache(one => one.successEvictions)
  const entries = cacheOf(after.sample, zone)?.successEntries
  const ownServfails = rise(sample => {
    const zones = cacheOf(sample, zone)?.zones.toLowerCase().split(',') ?? []
    return zones.reduce((total, one) => total + (sample.servfailsByZone[one] ?? 0), 0)
  })
  const stale = cache(one => one.servedStale ?? 0)
  const codes = (pick: (code: string) => boolean, field: 'responsesByRcode' | 'apiRequestsByCode') =>
    addUp(
      [...new Set([...Object.keys(before.sample[field]), ...Object.keys(after.sample[field])])]
        .filter(pick)
        .map(code => rise(sample => sample[field][code] ?? 0)),
    )
  const responses = codes(() => true, 'responsesByRcode')
  const servfails = codes(code => code === 'SERVFAIL', 'responsesByRcode')
  return {
    windowSeconds,
    lookupsPerSecond: perSecond(lookups, windowSeconds),
    hitShare: share(hits, lookups),
    staleShare: share(stale, lookups),
    recordsPerSecond: perSecond(records, windowSeconds),
    servfailsPerSecond: perSecond(ownServfails, windowSeconds),
    evictionsPerSecond: entries ? perSecond(evictions, windowSeconds * entries) : undefined,
    responsesPerSecond: perSecond(responses, windowSeconds),
    servfailShare: share(servfails, responses),
    apiErrors: codes(isApiError, 'apiRequestsByCode'),
    apiAnswers: codes(code => !isApiError(code), 'apiRequestsByCode'),
    upstreamsBroken: rise(sample => sample.upstreamsBroken),
    reloadsFailed: rise(sample => sample.reloadsFailed),
  }
}

/** The cache that serves the cluster's own zone, else the one for all the rest, else the only one. */
export function cacheOf({ caches }: DnsServerSample, zone: string): DnsCacheSample | undefined {
  const wanted = `${zone.replace(/\.$/, '').toLowerCase()}.`
  const serving = (name: string) => caches.find(({ zones }) => zones.toLowerCase().split(',').includes(name))
  return serving(wanted) ?? serving('.') ?? (caches.length === 1 ? caches[0] : undefined)
}

/** Requests that an API server has answered since the process started. */
export function apiAnswers({ apiRequestsByCode }: DnsServerSample): number {
  return Object.entries(apiRequestsByCode).reduce(
    (total, [code, requests]) => (isApiError(code) ? total : total + requests),
    0,
  )
}

/** No answer at all, turned away, or a broken server. 410 is how a watch ends: an answer like others. */
function isApiError(code: string): boolean {
  return code === '<error>' || code === '429' || /^5\d\d$/.test(code)
}

const sum = ({ hits = 0, misses = 0 }: DnsCacheSample) => hits + misses

function difference(before: number | undefined, after: number | undefined): number | undefined {
  if (after === undefined) return undefined
  // A series appears with its first event.
  const rise = after - (before ?? 0)
  return rise >= 0 ? rise : undefined
}

function addUp(rises: (number | undefined)[]): number | undefined {
  let total = 0
  for (const rise of rises) {
    if (rise === undefined) return undefined
    total += rise
  }
  return total
}

function perSecond(events: number | undefined, seconds: number): number | undefined {
  return events === undefined || seconds <= 0 ? undefined : events / seconds
}

function share(part: number | undefined, whole: number | undefined): number | undefined {
  if (part === undefined || whole === undefined || whole < LEAST_EVENTS) return undefined
  return Math.min(1, part / whole)
}
