import { PROCESS, STAGES } from './constants'
import type { ModelCluster, ModelServer } from './types'

/** Stops a server's process. All that was in flight on it is lost and comes again, through the other servers. */
export function stopServer(cluster: ModelCluster, server: ModelServer, downSeconds: number): void {
  let running = 0
  for (let i = 0; i < STAGES; i++) running += server.stages[i] as number
  server.stages.fill(0)
  cluster.agentsBackingOff += Math.max(0, running - server.zombieLists) + server.queuedLists
  cluster.relistWave += watchersOf(cluster) + server.relistBacklog

  server.up = false
  server.downAt = cluster.second
  server.upAt = cluster.second + downSeconds
  server.warmth = 0
  server.residentGB = cluster.idleGB * 0.3
  server.runningLists = server.zombieLists = server.queuedLists = 0
  server.relistBacklog = server.relistRunning = server.runnable = 0
  server.meanAge = server.sojourn = server.cpuCarry = 0
  server.retryAfterSeconds = 1
  server.sickSeconds = server.rejectRate = server.rejectShare = server.coresInUse = 0
  resetCounters(server)
}

/** A crash: like a stop, with the back-off of a supervisor while crashes repeat within ten minutes. */
export function crashServer(cluster: ModelCluster, server: ModelServer): void {
  server.crashesInARow = cluster.second - server.startedAt > 600 ? 1 : server.crashesInARow + 1
  const backoff = server.crashesInARow > 1 ? 10 * 2 ** (server.crashesInARow - 2) : 0
  stopServer(cluster, server, PROCESS.restartSeconds + Math.min(cluster.restartCapSeconds, backoff))
}

/** Kubelets and kube-proxies are spread over the servers; forty more are controllers and the like. */
function watchersOf(cluster: ModelCluster): number {
  return (cluster.nodes * (1 - cluster.blockedShare)) / cluster.servers.length + 40
}

function resetCounters(server: ModelServer): void {
  server.cpuSecondsTotal = server.listsTotal = server.admittedTotal = server.rejectedTotal = 0
  server.forbiddenTotal = server.terminatedTotal = server.lightTotal = 0
  server.etcdRequestsTotal = server.etcdSecondsTotal = 0
  server.webhookCallsTotal = server.webhookSecondsTotal = server.webhookRejectionsTotal = 0
  server.durations.fill(0)
  server.durationSecondsTotal = 0
}
