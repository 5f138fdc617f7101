import { FAIRNESS, PROCESS } from './constants'
import { lightRate } from './create-cluster'
import { createServer } from './create-server'
import { workOfOneList } from './list-work'
import { moveAgentPods, takeAsks } from './step-agents'
import { stepControllers } from './step-controllers'
import { stepDns } from './step-dns'
import { stepEtcd } from './step-etcd'
import { type ServerTick, stepServer } from './step-server'
import type { ModelCluster, ModelServer } from './types'

/** Watchers that lost their server come back within about ten seconds. */
const RETURNING_PER_SECOND = 0.1

/** One second of one cluster. */
export function stepCluster(cluster: ModelCluster): void {
  cluster.second++
  admitDueServers(cluster)
  moveAgentPods(cluster)

  let serversUp = 0
  let asking = 0
  for (const server of cluster.servers) {
    if (server.up) serversUp++
    asking += server.runningLists - server.zombieLists + server.queuedLists
  }
  const asks = takeAsks(cluster, asking)
  const watchers = serversUp > 0 ? cluster.relistWave * RETURNING_PER_SECOND : 0
  cluster.relistWave -= watchers
  if (serversUp === 0) cluster.agentsBackingOff += asks

  const work = workOfOneList(cluster)
  const etcd = stepEtcd(cluster, work)
  const share = serversUp > 0 ? 1 / serversUp : 0
  const tick: ServerTick = {
    work,
    etcd,
    serversUp,
    asks: asks * share,
    watchers: watchers * share,
    light: lightRate(cluster) * share,
    seatFactor: cluster.inflightLimit / FAIRNESS.referenceInflight,
    answering: 0,
    success: 0,
    latency: 0,
    failedAsks: 0,
    finishedLists: 0,
  }
  let unnoticed = 0
  for (const server of cluster.servers) {
    if (server.up) stepServer(cluster, server, tick)
    else if (waitForServer(cluster, server)) unnoticed++
  }
  noteAgentFailure(cluster, tick, asks)
  noteHealth(cluster, tick, unnoticed)
  stepControllers(cluster)
  stepDns(cluster)
}

function admitDueServers(cluster: ModelCluster): void {
  const due = cluster.serversDueAt[0]
  if (due === undefined || due > cluster.second) return
  cluster.serversDueAt.shift()
  cluster.servers.push(createServer(cluster.idleGB, 0, { upAt: cluster.second + 15 }))
  cluster.relistWave += 40
}

/** Starts a server that is due; true while the load balancer still sends requests to it in vain. */
function waitForServer(cluster: ModelCluster, server: ModelServer): boolean {
  const unnoticed = cluster.second - server.downAt < PROCESS.balancerSeconds
  if (cluster.second >= server.upAt && !server.drained) {
    server.up = true
    server.startedAt = cluster.second
    server.warmth = 0
    server.runnable = 0
  }
  return unnoticed
}

function noteAgentFailure(cluster: ModelCluster, tick: ServerTick, asks: number): void {
  const failed = tick.failedAsks + (tick.serversUp > 0 ? 0 : asks)
  const share = Math.min(1, failed / (asks + 1e-9 + tick.finishedLists))
  cluster.agentFailure += (share - cluster.agentFailure) * 0.05
}

function noteHealth(cluster: ModelCluster, tick: ServerTick, unnoticed: number): void {
  const { serversUp } = tick
  cluster.success = serversUp > 0 ? (tick.success / serversUp) * (1 - unnoticed / cluster.servers.length) : 0
  cluster.latencySeconds = tick.answering > 0 ? tick.latency / tick.answering : 10
  cluster.success10 += (cluster.success - cluster.success10) / 10
  cluster.success40 += (cluster.success - cluster.success40) / 40
  if (cluster.success40 < 0.5) cluster.apiLostAt ??= cluster.second
  else if (cluster.success40 > 0.9) cluster.apiLostAt = undefined
}
