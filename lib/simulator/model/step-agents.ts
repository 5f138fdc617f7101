import { BACKOFF, POD_RATES } from './constants'
import type { ModelCluster } from './types'

/** Share of its usual speed at which kube-controller-manager gets on; 0 while it is dead. */
export function controllerPace(cluster: ModelCluster): number {
  if (!cluster.controllerManagerUp) return 0
  return (cluster.success10 * (1 - cluster.webhookDownShare)) / (1 + 0.5 * cluster.latencySeconds)
}

/** DaemonSet pods come and go through kube-controller-manager, at the pace of the API. */
export function moveAgentPods(cluster: ModelCluster): void {
  const pace = controllerPace(cluster)
  const wanted = Math.min(cluster.nodes, cluster.agentTarget)
  if (cluster.agentsToDelete > 0) {
    const gone = Math.min(cluster.agentsToDelete, cluster.agents, POD_RATES.deleteCollection)
    cluster.agents -= gone
    cluster.agentsToDelete = Math.min(cluster.agentsToDelete - gone, cluster.agents)
  } else if (cluster.agents < wanted) {
    if (cluster.second > cluster.agentTargetAt + POD_RATES.createDelaySeconds)
      cluster.agents = Math.min(wanted, cluster.agents + POD_RATES.create * pace)
  } else if (cluster.agents > wanted) {
    cluster.agents = Math.max(wanted, cluster.agents - POD_RATES.collect * pace)
  }
}

/** Agents that ask in this second; those that were backing off leave their back-off for it. */
export function takeAsks(cluster: ModelCluster, asking: number): number {
  const reachable = cluster.agents * (1 - cluster.blockedShare)
  cluster.agentsBackingOff = Math.min(cluster.agentsBackingOff, reachable)
  const idle = Math.max(0, reachable - cluster.agentsBackingOff - asking)
  const jitter = 0.94 + 0.06 * cluster.random()
  const retries = cluster.agentsBackingOff * (1 - Math.exp(-1 / backoffSeconds(cluster)))
  cluster.agentsBackingOff -= retries
  return idle * (1 - Math.exp(-1 / cluster.agentPeriodSeconds)) * jitter + retries
}

/** Grows with the share of failures, and is at least what servers that reject ask for. A 403 is retried after a second. */
function backoffSeconds(cluster: ModelCluster): number {
  if (cluster.revoked || cluster.rejecting) return BACKOFF.firstSeconds
  const range = BACKOFF.longestSeconds - BACKOFF.firstSeconds
  const own = BACKOFF.firstSeconds + range * cluster.agentFailure * cluster.agentFailure
  let told = 0
  for (const server of cluster.servers)
    if (server.rejectShare > 0) told = Math.max(told, server.retryAfterSeconds)
  return Math.max(own, told)
}
