import type { EvidenceBin, LivePathView } from '../fuse/types'
import type { UpstreamFailure } from '../model/stale-fate'
import type { DnsResult } from './types'

/** One nonce question and what came of it. */
export interface LivePathAnswer {
  resolver: string
  /** Epoch ms when it was asked. */
  at: number
  result: DnsResult
}

/** What is remembered of a cluster's live path between rounds. */
export interface LivePathMemory {
  /** The newest answers of all resolvers, oldest first. */
  recent: readonly LivePathAnswer[]
  /** Resolvers that have answered properly at least once. */
  proven: ReadonlySet<string>
  failingSince?: number
  bins: readonly EvidenceBin[]
}

export const NO_LIVE_PATH: LivePathMemory = { recent: [], proven: new Set(), bins: [] }

/** How many answers are kept a resolver: enough for the rules below. */
const KEPT_ROUNDS = 6
/** Single lost packets happen: two failures among the newest four answers begin T0, at the first of them. */
const FAILURES_TO_BEGIN = 2
const AMONG_NEWEST = 4
/** This many good answers in a row, from all resolvers, end it. */
const GOOD_TO_END = 6
/** Evidence bins that are kept: ten minutes of rounds, in which CoreDNS has long gone or stayed. */
const MAX_BINS = 60

/** NXDOMAIN: CoreDNS is synced. Errors and silence: it is not, or gone. */
type Meaning = 'good' | 'bad' | 'nothing'

function meaningOf({ result, resolver }: LivePathAnswer, proven: ReadonlySet<string>): Meaning {
  if (result === 'nxdomain' || result === 'nodata') return 'good'
  // An address for a name that nobody has: somebody answers everything, and so says nothing about CoreDNS.
  if (result === 'answer' || result === 'malformed') return 'nothing'
  if (result === 'servfail' || result === 'other-error') return 'bad'
  // Silence and refusal count only from a resolver that has answered before: else the address may be wrong.
  return proven.has(resolver) ? 'bad' : 'nothing'
}

/** Adds one round of answers; pure. */
export function foldLivePath(memory: LivePathMemory, round: readonly LivePathAnswer[]): LivePathMemory {
  const proven = new Set(memory.proven)
  for (const { resolver, result } of round) {
    if (result === 'nxdomain' || result === 'nodata') proven.add(resolver)
  }
  const resolvers = new Set([...memory.recent, ...round].map(answer => answer.resolver)).size
  const kept = Math.max(GOOD_TO_END, KEPT_ROUNDS * resolvers)
  const recent = [...memory.recent, ...round].slice(-kept)
  const told = recent.filter(answer => meaningOf(answer, proven) !== 'nothing')
  const bad = (answer: LivePathAnswer) => meaningOf(answer, proven) === 'bad'
  let { failingSince, bins } = memory
  if (failingSince === undefined) {
    const failures = told.slice(-AMONG_NEWEST).filter(bad)
    if (failures.length >= FAILURES_TO_BEGIN) failingSince = failures[0]?.at
    bins = []
  } else {
    const newest = told.slice(-GOOD_TO_END)
    if (newest.length >= GOOD_TO_END && !newest.some(bad)) return { recent, proven, bins: [] }
  }
  if (failingSince !== undefined) bins = addBin(bins, round, answer => meaningOf(answer, proven))
  return { recent, proven, failingSince, bins }
}

function addBin(
  bins: readonly EvidenceBin[],
  round: readonly LivePathAnswer[],
  meaning: (answer: LivePathAnswer) => Meaning,
): readonly EvidenceBin[] {
  const told = round.filter(answer => meaning(answer) !== 'nothing')
  const [first] = told
  if (!first || bins.length >= MAX_BINS) return bins
  const failed = told.filter(answer => meaning(answer) === 'bad').length
  return [...bins, { at: first.at, asked: told.length, failed }]
}

/** What the fuse makes of it; undefined before the first round. */
export function viewLivePath(memory: LivePathMemory): LivePathView | undefined {
  const { recent, proven, failingSince, bins } = memory
  const at = recent.at(-1)?.at
  if (at === undefined) return undefined
  if (failingSince !== undefined) {
    return { at, state: 'failing', failingSince, failure: failureOf(recent, proven), bins }
  }
  const heard = recent.some(answer => meaningOf(answer, proven) !== 'nothing')
  return { at, state: heard ? 'answering' : 'unreachable' }
}

/** What most of the recent failures were. */
function failureOf(recent: readonly LivePathAnswer[], proven: ReadonlySet<string>): UpstreamFailure {
  const bad = recent.filter(answer => meaningOf(answer, proven) === 'bad')
  const errors = bad.filter(({ result }) => result === 'servfail' || result === 'other-error').length
  return errors * 2 >= bad.length ? 'servfail' : 'silent'
}
