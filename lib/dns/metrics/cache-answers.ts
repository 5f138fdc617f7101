import type { DnsServerView } from './types'

/** As of a probe: an older word does not count. */
const VALID_MS = 90_000
/** Rates over less are too rough. */
const LEAST_WINDOW_SECONDS = 15
/** Of fewer records a second nothing is said: chance moves them too much. */
const LEAST_RECORDS = 0.5
/** Looks at caches that are kept, and how far apart they are at least. */
const MOST_LOOKS = 120
const LEAST_LOOK_MS = 15_000

/** What node caches answered at one instant since the loss, over all that were read before it too. */
export interface CacheLook {
  /** Epoch ms: the beginning of the counters' window, and its middle. */
  from: number
  at: number
  /** Records answered from caches, over those answered before the loss; above 1 when more is asked for. */
  kept: number
  /** At least this share of the lookups of records was answered, whatever programs ask for and how often. */
  floor: number
}

/** What the counters of a cluster's node caches tell of its names. */
export interface CacheAnswers {
  /** Caches that were read before, and records in one of them. */
  caches: number
  names: number
  looks: readonly CacheLook[]
}

/** What is remembered between scrapes: by address, records a second and names, as they were before the loss. */
export interface AnswersMemory {
  before: ReadonlyMap<string, { records: number; names: number }>
  looks: readonly CacheLook[]
}

export const NO_ANSWERS: AnswersMemory = { before: new Map(), looks: [] }

/**
 * Takes in what node caches tell now; pure. `lost`: the API server or CoreDNS is. While nothing is, the figures of daily
 * life are remembered; after that they are what is compared with. A cache first read in the outage tells nothing.
 */
export function foldAnswers(
  memory: AnswersMemory,
  views: readonly DnsServerView[],
  lost: boolean,
  now: number,
): AnswersMemory {
  const told = views.flatMap(({ kind, address, at, names, rates }) =>
    kind === 'node-cache' &&
    at !== undefined &&
    now - at <= VALID_MS &&
    rates?.recordsPerSecond !== undefined &&
    rates.windowSeconds >= LEAST_WINDOW_SECONDS
      ? [{ address, at, names, records: rates.recordsPerSecond, rates }]
      : [],
  )
  if (!lost) {
    const usual = told.flatMap(({ address, records, names }) =>
      records >= LEAST_RECORDS && names ? [[address, { records, names }] as const] : [],
    )
    const isSame = memory.looks.length === 0 && usual.length === 0
    return isSame ? memory : { before: new Map([...memory.before, ...usual]), looks: [] }
  }
  const known = told.flatMap(one => {
    const before = memory.before.get(one.address)
    return before ? [{ ...one, before }] : []
  })
  if (known.length === 0) return memory
  const sum = (of: (one: (typeof known)[number]) => number) => known.reduce((all, one) => all + of(one), 0)
  const at = sum(one => one.at - 500 * one.rates.windowSeconds) / known.length
  if (at - (memory.looks.at(-1)?.at ?? 0) < LEAST_LOOK_MS) return memory
  const records = sum(one => one.records)
  // Where errors are not told, nothing is known of how many lookups they leave room for.
  const servfails = sum(one => one.rates.servfailsPerSecond ?? Number.POSITIVE_INFINITY)
  const look: CacheLook = {
    from: Math.min(...known.map(one => one.at - 1000 * one.rates.windowSeconds)),
    at,
    kept: records / sum(one => one.before.records),
    floor: records + servfails > 0 ? records / (records + servfails) : 0,
  }
  return { ...memory, looks: spread([...memory.looks, look]) }
}

/** Every second one goes when there are too many: the beginning tells as much as the end. */
function spread(looks: readonly CacheLook[]): readonly CacheLook[] {
  return looks.length <= MOST_LOOKS ? looks : looks.filter((_, i) => i % 2 === 0)
}

/** undefined before a loss, and where no cache had been read before it. */
export function answersOf({ before, looks }: AnswersMemory): CacheAnswers | undefined {
  if (looks.length === 0) return undefined
  const names = [...before.values()].reduce((all, one) => all + one.names, 0) / before.size
  return { caches: before.size, names, looks }
}

/**
 * Share of the lookups of records that caches answer, if programs want `demand` times as much as before: what is kept,
 * within what the errors leave room for. Without errors nothing has failed, however little is asked for.
 */
export function shareAnswered({ kept, floor }: CacheLook, demand = 1): number {
  return Math.min(1, Math.max(floor, kept / demand))
}
