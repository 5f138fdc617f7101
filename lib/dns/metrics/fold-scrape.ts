import { findTrouble } from './find-trouble'
import { apiAnswers, cacheOf, readRates, type TimedSample } from './read-rates'
import type { DnsServerView, Scrape } from './types'

/** Scrapes of one process; several answer in turn where the address is a Service's. */
interface Series {
  /** process_start_time_seconds as told; undefined where it is not. */
  startAt: number | undefined
  scrapes: readonly TimedSample[]
}

/** What is remembered of one address between scrapes. */
export interface ServerMemory {
  address: string
  /** Epoch ms of the first text that was read. */
  firstReadAt?: number
  readAt?: number
  failure?: string
  /** The one that answered last comes first. */
  series: readonly Series[]
  startedAt?: number
  restartedAt?: number
  reloadedAt?: number
}

/** Rates are taken over this long, or since the scrape before when that is longer ago. */
const WINDOW_MS = 75_000
const MAX_SCRAPES = 8
/** Replicas behind one address. */
const MAX_SERIES = 8
/** Date headers are whole seconds, and older by the way here: clocks that seem this far apart may be equal. */
const ROUNDING_MS = 2_000
/** Linux tells when a process began up to a second too early: it counts from a boot time in whole seconds. */
const START_EARLY_MS = 1_000

export const newServerMemory = (address: string): ServerMemory => ({ address, series: [] })

/** Adds one scrape; pure. A text that was cut is not counted with: its sums are too low. */
export function foldScrape(memory: ServerMemory, scrape: Scrape): ServerMemory {
  if ('failure' in scrape) return { ...memory, failure: scrape.failure }
  const { at, sample } = scrape
  if (sample.cut || (sample.caches.length === 0 && sample.version === undefined))
    return { ...memory, failure: sample.damage ?? 'the text was cut' }
  const startAt = sample.processStartAt
  const known = memory.series.find(one => one.startAt === startAt)
  const rest = memory.series.filter(one => one !== known)
  const scrapes = [...(known?.scrapes ?? []).filter(one => at - one.at <= WINDOW_MS), { at, sample }]
  // With nothing left in the window, the newest before it still tells what has risen since.
  const last = known?.scrapes.at(-1)
  if (scrapes.length === 1 && last) scrapes.unshift(last)
  const skew = at - (scrape.serverAt ?? at)
  const ours = startAt === undefined ? undefined : startAt + (Math.abs(skew) > ROUNDING_MS ? skew : 0)
  const next: ServerMemory = {
    ...memory,
    firstReadAt: memory.firstReadAt ?? at,
    readAt: at,
    failure: undefined,
    series: [{ startAt, scrapes: scrapes.slice(-MAX_SCRAPES) }, ...rest].slice(0, MAX_SERIES),
    startedAt: known ? memory.startedAt : ours,
  }
  const isLater =
    ours !== undefined && ours + START_EARLY_MS > (memory.firstReadAt ?? Number.POSITIVE_INFINITY)
  if (!known && isLater) next.restartedAt = Math.min(at, ours)
  // The series of the first Corefile appears only with the first reload.
  if (last && last.sample.reloadVersion !== sample.reloadVersion) next.reloadedAt = at
  return next
}

/** One server as people and the fuse see it. `zone`: the cluster's own, `cluster.local`. */
export function viewServer(memory: ServerMemory, zone: string): DnsServerView {
  const { address, readAt, failure, series, startedAt, restartedAt, reloadedAt } = memory
  const scrapes = series[0]?.scrapes ?? []
  const [first, last] = [scrapes[0], scrapes.at(-1)]
  const view: DnsServerView = {
    address,
    kind: last?.sample.servesCluster ? 'coredns' : 'node-cache',
    at: readAt,
    failure,
    version: last?.sample.version,
    startedAt,
    restartedAt,
    reloadedAt,
    rates: first && last && first !== last ? readRates(first, last, zone) : undefined,
    apiAnswersSinceStart: last && apiAnswers(last.sample),
    names: last && cacheOf(last.sample, zone)?.successEntries,
    denials: last && cacheOf(last.sample, zone)?.denialEntries,
    findings: [],
  }
  view.findings = findTrouble(view)
  return view
}
