import { stopServer } from './server-failure'
import type { ModelCluster } from './types'

/**
 * What can be done to a cluster. Levers that stand for a write to the API take effect at once: whoever calls them
 * first lets the write itself be admitted (see `drawRequest`). The others work from outside.
 */

/** The telemetry DaemonSet exists, on every node. */
export function applyDaemonSet(cluster: ModelCluster): void {
  if (cluster.agentTarget === 0) cluster.agentTargetAt = cluster.second
  cluster.agentTarget = Number.POSITIVE_INFINITY
}

/** The object is gone; its pods stay until kube-controller-manager collects them. */
export function deleteDaemonSet(cluster: ModelCluster): void {
  cluster.agentTarget = 0
}

/** The DaemonSet is restricted to so many nodes, as by a node selector. */
export function setAgentTarget(cluster: ModelCluster, nodes: number): void {
  if (cluster.agentTarget === 0) cluster.agentTargetAt = cluster.second
  cluster.agentTarget = Math.max(0, nodes)
}

/** One deletecollection of the agents' pods: 300 a second until those that run now are gone. */
export function deletePods(cluster: ModelCluster): void {
  cluster.agentsToDelete = cluster.agents
}

/**
 * A FlowSchema sends the agents to a priority level that rejects all that `leak` seats a server do not hold. A LIST
 * wider than the level is still let in when nothing else runs there (kubernetes/apiserver queueset).
 */
export function reject(cluster: ModelCluster, leak: number): void {
  cluster.rejecting = true
  cluster.rejectLeak = leak
}

export function liftReject(cluster: ModelCluster): void {
  cluster.rejecting = false
}

/** The agents' binding is gone: 403 before any work is done. */
export function revoke(cluster: ModelCluster): void {
  cluster.revoked = true
}

export function restoreRights(cluster: ModelCluster): void {
  cluster.revoked = false
}

/** Closes the way of `share` of the nodes to the API. What is opened again comes back as a herd. */
export function block(cluster: ModelCluster, share: number): void {
  const before = cluster.blockedShare
  cluster.blockedShare = share
  if (share < before) {
    cluster.relistWave += (before - share) * cluster.nodes * 2
    return
  }
  const left = 1 - share
  cluster.agentsBackingOff *= left
  cluster.relistWave *= left
  for (const server of cluster.servers) {
    server.queuedLists *= left
    server.relistBacklog *= left
    server.zombieLists = server.runningLists * share
  }
}

/** Removes or adds nodes, with their pods and agents. */
export function scaleNodes(cluster: ModelCluster, nodes: number): void {
  const factor = nodes / cluster.nodes
  cluster.nodes = nodes
  cluster.pods *= factor
  cluster.agents *= factor
  cluster.agentsBackingOff *= factor
}

/** Orders API servers, which arrive one after the other from `delaySeconds` on. */
export function addServers(cluster: ModelCluster, count: number, delaySeconds = 600): void {
  for (let i = 0; i < count; i++) cluster.serversDueAt.push(cluster.second + delaySeconds + 20 * i)
  cluster.serversDueAt.sort((a, b) => a - b)
}

/** Restarts one API server, by index. */
export function restart(cluster: ModelCluster, index: number): void {
  const server = cluster.servers[index]
  if (server?.up) stopServer(cluster, server, 8)
}

/** One API server and a third of the nodes go dark. */
export function loseZone(cluster: ModelCluster): void {
  const server = cluster.servers[0]
  cluster.zoneLostShare = 1 / 3
  if (!server) return
  server.drained = true
  stopServer(cluster, server, 0)
}

export function restoreZone(cluster: ModelCluster): void {
  const server = cluster.servers[0]
  cluster.zoneLostShare = 0
  if (!server) return
  server.drained = false
  server.upAt = cluster.second + 20
}

/** Share of users' requests that go to other clusters. */
export function shiftTraffic(cluster: ModelCluster, share: number): void {
  cluster.trafficShifted = share
}

/** Extra seconds of every etcd request; also cuts what etcd can deliver. */
export function setEtcdSlow(cluster: ModelCluster, seconds: number): void {
  cluster.etcdSlowSeconds = seconds
}

/** Share of writes that wait 10 s for an admission webhook and then fail. */
export function setWebhookDown(cluster: ModelCluster, share: number): void {
  cluster.webhookDownShare = share
}

/** CoreDNS replicas are lost at this rate per second, whatever the API does; 0 ends it. */
export function setDnsBroken(cluster: ModelCluster, ratePerSecond: number): void {
  cluster.dnsBreakRate = ratePerSecond
}

/** Takes kube-controller-manager down until it is released; then it comes back to an API that answers. */
export function holdControllerManager(cluster: ModelCluster, held: boolean): void {
  cluster.controllerManagerHeld = held
  if (held) cluster.controllerManagerUp = false
  else if (!cluster.controllerManagerUp) cluster.controllerManagerUpAt = cluster.second
}
