import { clamp } from './random'
import type { ModelCluster } from './types'

/** Services that start at a time when the start is staged, and about as many as registries serve at full speed. */
const START_SHARE = 0.15

/** CoreDNS replicas follow the API, node caches follow CoreDNS, and services follow the node caches. */
export function stepDns(cluster: ModelCluster): void {
  const apiLost = clamp((0.6 - cluster.success40) / 0.4, 0, 1)
  const overloaded = Math.max(0, cluster.dnsLoad - 4) / 8
  const lossRate =
    1e-7 + apiLost * (cluster.dnsFragility + 1 / 21_600 + overloaded / 300) + cluster.dnsBreakRate
  const lost = cluster.dnsSynced * lossRate
  const returned =
    cluster.dnsBreakRate > 0
      ? 0
      : ((1 - cluster.dnsSynced) * cluster.success10 * (1 - apiLost) * (1 - cluster.blockedShare)) / 45
  cluster.dnsSynced = clamp(cluster.dnsSynced - lost + returned, 0, 1)
  if (cluster.dnsSynced < 0.8) loseDns(cluster)
  else if (cluster.dnsSynced > 0.98) regainDns(cluster)

  const miss = missedLookups(cluster)
  const dried = miss / cluster.dnsTtlSeconds - (cluster.dnsEmpty * (1 - miss)) / 30
  cluster.dnsEmpty = clamp(cluster.dnsEmpty + dried, 0, 1)
  cluster.dnsLoad = 1 + 30 * cluster.dnsEmpty * miss
  const totals = cluster.dnsTotals
  totals.emptySeconds += cluster.dnsEmpty
  totals.missedSeconds += miss
  totals.askedNodeSeconds += cluster.nodes * cluster.dnsLoad
  totals.apiLostSeconds += apiLost
  if (apiLost > 0) totals.apiLeftSeconds += 1 - apiLost
  cluster.relistWave += (lost * cluster.nodes) / 16
  stepServices(cluster)
}

function loseDns(cluster: ModelCluster): void {
  if (cluster.dnsLostAt !== undefined) return
  const { askedNodeSeconds, apiLostSeconds } = cluster.dnsTotals
  cluster.dnsLostAt = cluster.second
  cluster.dnsTotals.restart = { second: cluster.second, askedNodeSeconds, apiLostSeconds }
}

function regainDns(cluster: ModelCluster): void {
  if (cluster.dnsLostAt === undefined) return
  const { restart, askedNodeSeconds, apiLeftSeconds } = cluster.dnsTotals
  cluster.dnsLostAt = undefined
  if (!restart) return
  restart.backSecond = cluster.second
  restart.backAskedNodeSeconds = askedNodeSeconds
  restart.backApiLeftSeconds = apiLeftSeconds
}

/** Share of lookups that CoreDNS does not answer, with two attempts each. */
function missedLookups(cluster: ModelCluster): number {
  return (1 - cluster.dnsSynced) * (1 - cluster.dnsSynced)
}

/** Services that miss names crash after a while, and must then fetch images and configuration again. */
function stepServices(cluster: ModelCluster): void {
  const nameless = 1 - (1 - cluster.dnsEmpty) ** cluster.namesPerService
  cluster.downloadBacklog += ((1 - cluster.downloadBacklog) * nameless * nameless) / 900
  const starting = cluster.stagedStart
    ? Math.min(cluster.downloadBacklog, START_SHARE)
    : cluster.downloadBacklog
  const crowding = 1 + 0.35 * Math.max(0, starting / START_SHARE - 1)
  if (nameless < 0.2) {
    const served = Math.min(starting, START_SHARE) / 70 / crowding
    cluster.downloadBacklog = Math.max(0, cluster.downloadBacklog - served)
  }
  cluster.serviceFailure = Math.max(nameless, cluster.downloadBacklog, cluster.zoneLostShare * 0.5)
}
