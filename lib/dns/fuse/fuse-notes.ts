import type { CacheChain } from '../chain/types'
import { shareAnswered } from '../metrics/cache-answers'
import type { LitFuse } from './cluster-fuse'
import type { Traffic } from './shape'
import type { FuseInput, LivePathView } from './types'

const MAX_NOTES = 8

/** Words about what a fuse's figures rest on, most important first. */
export function fuseNotes(input: FuseInput, live: LivePathView | undefined, lit: LitFuse | null): string[] {
  const { chain } = input
  const notes: string[] = []
  if (lit) {
    notes.push(
      lit.anchor === 'first-failure'
        ? `T0 measured${seenBy(live)}: ${describeFailure(live)}.`
        : 'T0 estimated from the loss of the API server as in the incident of 2024-12-11; a CoreDNS that nothing restarts answers longer.',
    )
    if (live?.state === 'unreachable') notes.push('The resolvers given cannot be reached from here.')
    notes.push(describeChain(chain))
    notes.push(describeTraffic(input.traffic))
    const look = input.cacheAnswers?.looks.at(-1)
    if (look)
      notes.push(
        `By their counters, node caches answer about ${Math.round(100 * shareAnswered(look))} % of lookups.`,
      )
  } else if (input.apiLostAt) {
    notes.push(
      'The API server is lost, but CoreDNS still answers from its store; it must not be restarted or reloaded now.',
    )
  } else if (input.apiLostAt === undefined && live?.state !== 'answering') {
    notes.push('Neither the API server nor a resolver has been heard.')
  }
  return [...notes, ...chain.notes].slice(0, MAX_NOTES)
}

function seenBy(live: LivePathView | undefined): string {
  if (live?.by === 'agent') return ' by the agent in the cluster'
  return live?.by === 'metrics' ? ' by the metrics of CoreDNS' : ''
}

function describeTraffic(traffic: Traffic | undefined): string {
  if (!traffic) return 'How often names are asked for is assumed.'
  const { lookupsPerSecond, names } = traffic
  return `Measured at a node cache before: about ${lookupsPerSecond} lookups a second of ${names} names.`
}

function describeFailure(live: LivePathView | undefined): string {
  if (live?.failure === 'servfail') return 'CoreDNS answers SERVFAIL, it has restarted without the API server'
  if (live?.failure === 'nxdomain') return 'CoreDNS denies names that exist'
  return 'CoreDNS does not answer'
}

/** E.g. "Names last 30 s in the node cache, then 1200 s in programs; both Corefiles were read." */
function describeChain(chain: CacheChain): string {
  const parts: string[] = []
  const { nodeCache, applicationTtlSeconds } = chain
  if (nodeCache) {
    const stale = nodeCache.serveStale
    parts.push(`${nodeCache.ttlSeconds} s in the node cache`)
    if (stale) parts.push(`${stale.durationSeconds} s more as stale answers (${stale.mode})`)
  } else parts.push('no longer than CoreDNS itself, since there is no node cache')
  if (applicationTtlSeconds > 0) parts.push(`${applicationTtlSeconds} s in programs, as declared`)
  return `Names last ${parts.join(', then ')}${chain.basis === 'assumed' ? ' (assumed)' : ''}.`
}
