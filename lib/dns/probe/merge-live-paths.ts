import type { EvidenceBin, LivePathView } from '../fuse/types'
import type { NameReading } from './name-readings'

/**
 * Who saw it: our own probe from outside, an agent inside the cluster, or what metrics tell of restarts. Their words
 * weigh differently.
 */
export interface SeenLivePath {
  origin: 'probe' | 'agent' | 'metrics'
  view: LivePathView
  /** Its good answers of late, epoch ms: against the failures that others saw at the same time. */
  goodAt?: readonly number[]
}

/** A word counts this long; then it is as if nobody had spoken. Silence of a source is never a failure of DNS. */
export const SOURCE_VALID_MS = 90_000
const MAX_BINS = 60

/**
 * One view of a cluster's live path from all that see it; undefined when nobody does. Pure.
 * An error (SERVFAIL) is believed from whoever asks: some CoreDNS said it. Silence is not, as long as an agent inside
 * hears answers: then it is the way there that is cut. What metrics conclude from restarts gives way to whoever asks.
 */
export function mergeLivePaths(sources: readonly SeenLivePath[], now: number): LivePathView | undefined {
  const fresh = sources.filter(({ view }) => now - view.at <= SOURCE_VALID_MS)
  const asking = fresh.filter(({ origin, view }) => origin !== 'metrics' && view.state !== 'unreachable')
  const heardInside = asking.some(({ origin, view }) => origin === 'agent' && view.state === 'answering')
  const counted = asking.length > 0 ? asking : fresh
  const failing = counted.filter(
    ({ view }) => view.state === 'failing' && (view.failure !== 'silent' || !heardInside),
  )
  const told = failing.length > 0 ? failing : counted
  if (told.length === 0) return undefined
  const at = Math.max(...told.map(({ view }) => view.at))
  if (failing.length === 0) {
    // Silence from outside that an agent inside contradicts is no answer, and no failure.
    const answering = told.find(({ view }) => view.state === 'answering')
    return { at, by: (answering ?? told[0])?.origin, state: answering ? 'answering' : 'unreachable' }
  }
  const failingSince = Math.min(...failing.flatMap(({ view }) => view.failingSince ?? []))
  const loud = failing.find(({ view }) => view.failure !== 'silent')
  const first = failing.find(({ view }) => view.failingSince === failingSince)
  return {
    at,
    by: first?.origin,
    state: 'failing',
    failingSince,
    failure: (loud ?? failing[0])?.view.failure,
    bins: joinBins(asking, failingSince),
    names: joinNames(failing),
  }
}

/** The oldest are kept, as of one source: when replicas follow the first is what the model learns from. */
function joinBins(sources: readonly SeenLivePath[], since: number): EvidenceBin[] {
  return sources
    .flatMap(({ view, goodAt = [] }) =>
      view.state === 'failing'
        ? (view.bins ?? [])
        : goodAt.filter(at => at >= since).map(at => ({ at, asked: 1, failed: 0 })),
    )
    .sort((a, b) => a.at - b.at)
    .slice(0, MAX_BINS)
}

function joinNames(sources: readonly SeenLivePath[]): readonly NameReading[] | undefined {
  const names = sources.flatMap(({ view }) => view.names ?? [])
  return names.length > 0 ? names.sort((a, b) => a.readAt - b.readAt) : undefined
}
