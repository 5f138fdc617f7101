import { serviceNames } from './answer-dns'
import type { ModelCluster } from './types'

/** Addresses that a pod looks up a second; each costs four questions: A and AAAA, after one step of the search path. */
const ADDRESSES_PER_POD = 0.2
/** Questions of one such lookup that end in a denial: the search step's two, and AAAA of the name itself. */
const DENIALS_PER_ADDRESS = 3
/** glibc asks again when it is answered SERVFAIL (resolv.conf `attempts:2`). */
const ATTEMPTS = 2
/** How long a node cache keeps denials, and errors too. */
const DENIAL_SECONDS = 5
/** Names outside the cluster: asked for so often on a node, so many of them, and kept for 30 s. */
const OUTSIDE = { perSecond: 2, names: 12, ttlSeconds: 30 }
/** How long the processes had run when the scenario began. */
const NODE_CACHE_AGE = 9 * 86_400
const CORE_DNS_AGE = 4 * 86_400
/** By which operators size CoreDNS. */
const NODES_PER_REPLICA = 64
/** A watch ends after some eight minutes; the kubernetes plugin has three. */
const API_REQUESTS_PER_SECOND = 3 / 480
const API_RETRIES_PER_SECOND = 0.4
/** What it asks when it starts: lists, then watches. */
const API_REQUESTS_OF_START = 7

/** Counters since `startSecond` (of the scenario, mostly negative); all rise only while the process lives. */
export interface NodeCacheMetrics {
  startSecond: number
  /** Of the cluster's own zone. */
  successHits: number
  denialHits: number
  misses: number
  successEntries: number
  denialEntries: number
  /** By rcode, of the cluster's own zone. */
  responses: { NOERROR: number; NXDOMAIN: number; SERVFAIL: number }
  outside: { hits: number; misses: number; entries: number }
}

export interface CoreDnsMetrics {
  startSecond: number
  hits: number
  misses: number
  entries: number
  responses: { NOERROR: number; NXDOMAIN: number; SERVFAIL: number }
  /** Requests to its API server that were answered, and those that were not. */
  apiAnswers: number
  apiErrors: number
}

/**
 * The node cache of a node in the middle. Programs want as many addresses as ever; those that neither cache nor
 * CoreDNS has fail and are asked for again, and denials fail as soon as CoreDNS does.
 */
export function nodeCacheMetrics(cluster: ModelCluster): NodeCacheMetrics {
  const { emptySeconds, missedSeconds } = cluster.dnsTotals
  const seconds = NODE_CACHE_AGE + cluster.second
  const { addresses, denials, hitShare, denialHitShare, names } = questionsOf(cluster)
  const found = addresses * (seconds - emptySeconds)
  const denied = denials * (seconds - missedSeconds)
  const failed = ATTEMPTS * addresses * emptySeconds + denials * missedSeconds
  const successHits = Math.floor(hitShare * found)
  const denialHits = Math.floor(denialHitShare * (denied + failed))
  const outside = OUTSIDE.perSecond * seconds
  const outsideHits = outside * hitShareOf(OUTSIDE.perSecond / OUTSIDE.names, OUTSIDE.ttlSeconds)
  return {
    startSecond: -NODE_CACHE_AGE,
    successHits,
    denialHits,
    misses: Math.floor((1 - hitShare) * found + (1 - denialHitShare) * (denied + failed)),
    successEntries: names,
    denialEntries: DENIALS_PER_ADDRESS * names,
    responses: {
      NOERROR: Math.floor(found + denied / DENIALS_PER_ADDRESS),
      NXDOMAIN: Math.floor((denied * (DENIALS_PER_ADDRESS - 1)) / DENIALS_PER_ADDRESS),
      SERVFAIL: Math.floor(failed),
    },
    outside: {
      hits: Math.floor(outsideHits),
      misses: Math.floor(outside - outsideHits),
      entries: OUTSIDE.names,
    },
  }
}

/**
 * One replica of CoreDNS: the first that is lost, when any is. It comes back at once, without records; undefined while
 * it cannot, because CoreDNS itself is broken.
 */
export function coreDnsMetrics(cluster: ModelCluster): CoreDnsMetrics | undefined {
  if (cluster.dnsLostAt !== undefined && cluster.dnsBreakRate > 0) return undefined
  const { askedNodeSeconds, apiLostSeconds, apiLeftSeconds, restart } = cluster.dnsTotals
  const { addresses, denials, hitShare, denialHitShare } = questionsOf(cluster)
  const perNode = addresses * (1 - hitShare) + denials * (1 - denialHitShare)
  const asked = (nodeSeconds: number) => (perNode * nodeSeconds) / cluster.dnsReplicas
  const unsynced = restart
    ? asked((restart.backAskedNodeSeconds ?? askedNodeSeconds) - restart.askedNodeSeconds)
    : 0
  // Before the scenario it was as on any quiet day.
  const before = CORE_DNS_AGE * cluster.dnsReplicas * NODES_PER_REPLICA
  const all = asked(askedNodeSeconds + (restart ? -restart.askedNodeSeconds : before))
  const answered = Math.max(0, all - unsynced)
  const hits = Math.floor(answered * denialHitShare)
  const denied = (denials * (1 - denialHitShare)) / perNode
  const nxdomain = (answered * denied * (DENIALS_PER_ADDRESS - 1)) / DENIALS_PER_ADDRESS
  const syncedSeconds = restart
    ? restart.backSecond === undefined
      ? undefined
      : cluster.second - restart.backSecond
    : CORE_DNS_AGE + cluster.second
  return {
    startSecond: restart?.second ?? -CORE_DNS_AGE,
    hits,
    misses: Math.floor(all) - hits,
    entries: serviceNames(cluster).length * (1 + DENIALS_PER_ADDRESS),
    responses: {
      NOERROR: Math.floor(answered - nxdomain),
      NXDOMAIN: Math.floor(nxdomain),
      SERVFAIL: Math.floor(unsynced),
    },
    apiAnswers:
      syncedSeconds === undefined
        ? 0
        : Math.floor(
            API_REQUESTS_OF_START +
              syncedSeconds * API_REQUESTS_PER_SECOND +
              API_RETRIES_PER_SECOND * (apiLeftSeconds - (restart?.backApiLeftSeconds ?? 0)),
          ),
    apiErrors: Math.floor(API_RETRIES_PER_SECOND * (apiLostSeconds - (restart?.apiLostSeconds ?? 0))),
  }
}

/** Questions a second at one node cache, and the shares of them that it answers on a quiet day. */
function questionsOf(cluster: ModelCluster) {
  const names = serviceNames(cluster).length
  const addresses = cluster.podsPerNode * ADDRESSES_PER_POD
  const denials = addresses * DENIALS_PER_ADDRESS
  return {
    names,
    addresses,
    denials,
    hitShare: hitShareOf(addresses / names, cluster.dnsTtlSeconds),
    denialHitShare: hitShareOf(addresses / names, DENIAL_SECONDS),
  }
}

/** Of a record that is asked for `rate` times a second, at random: λτ/(1 + λτ). */
function hitShareOf(rate: number, ttlSeconds: number): number {
  return (rate * ttlSeconds) / (1 + rate * ttlSeconds)
}
