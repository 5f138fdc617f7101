import { DURATION_BOUNDS, FAIRNESS, SEATS } from './constants'
import { lightRate } from './create-cluster'
import type { FlowMetrics, ModelCluster, ModelServer, ServerMetrics } from './types'

/** Shares of light requests by FlowSchema; the first also carries kubelets' leases. */
const LIGHT_FLOWS = [
  { flowSchema: 'system-node-high', priorityLevel: 'node-high', share: 0.6 },
  { flowSchema: 'system-nodes', priorityLevel: 'system', share: 0.2 },
  { flowSchema: 'kube-controller-manager', priorityLevel: 'workload-high', share: 0.15 },
  { flowSchema: 'global-default', priorityLevel: 'global-default', share: 0.05 },
] as const

/**
 * What `/metrics` of one API server tells now. Requests are counted when they finish, so counters of LISTs stand still
 * while everything executes; what runs shows in the gauges.
 * @returns undefined when there is no such server or it is down
 */
export function serverMetrics(cluster: ModelCluster, index: number): ServerMetrics | undefined {
  const server = cluster.servers[index]
  if (!server?.up) return undefined
  const light = lightRate(cluster) / Math.max(1, cluster.servers.filter(({ up }) => up).length)
  const executingLight = light * cluster.latencySeconds
  return {
    processStartSecond: server.startedAt,
    cpuSecondsTotal: server.cpuSecondsTotal,
    residentBytes: Math.round(server.residentGB * 1e9),
    goroutines: Math.round(
      900 + (cluster.nodes * 12) / cluster.servers.length + 3 * (server.runningLists + server.queuedLists),
    ),
    podListsTotal: Math.floor(server.listsTotal),
    otherRequestsTotal: Math.floor(server.lightTotal),
    rejectedTotal: onceCounted(server.rejectedTotal),
    forbiddenTotal: onceCounted(server.forbiddenTotal),
    terminatedTotal: onceCounted(server.terminatedTotal),
    inflightReadOnly: Math.round(server.runningLists + server.relistRunning + 0.4 * executingLight),
    inflightMutating: Math.round(0.6 * executingLight),
    flows: [
      agentFlow(cluster, server),
      ...LIGHT_FLOWS.map(flow => lightFlow(cluster, server, flow, executingLight)),
    ],
    pods: Math.round(cluster.pods + cluster.agents),
    nodes: Math.round(cluster.nodes),
    etcdRequestsTotal: Math.floor(server.etcdRequestsTotal),
    etcdSecondsTotal: server.etcdSecondsTotal,
    storageBytes: Math.round(cluster.pods * cluster.podKilobytes * 750 + 50e6),
    webhookCallsTotal: Math.floor(server.webhookCallsTotal),
    webhookSecondsTotal: server.webhookSecondsTotal,
    webhookRejectionsTotal: onceCounted(server.webhookRejectionsTotal),
    watchCacheReady: server.warmth > 0.9,
    durationBounds: DURATION_BOUNDS,
    durationCounts: Array.from(server.durations, Math.floor),
    durationSecondsTotal: server.durationSecondsTotal,
  }
}

/** Counters with an event's labels do not exist before their first event. */
function onceCounted(total: number): number | undefined {
  return total >= 1 ? Math.floor(total) : undefined
}

/** The agents' ServiceAccount falls into the schema of all service accounts. */
function agentFlow(cluster: ModelCluster, server: ModelServer): FlowMetrics {
  const executing = Math.round(server.runningLists)
  return {
    flowSchema: 'service-accounts',
    priorityLevel: 'workload-low',
    limitSeats: limitSeats(cluster, 'workload-low'),
    executingRequests: executing,
    executingSeats: executing * cluster.seatsPerList,
    queuedRequests: Math.round(server.queuedLists),
    dispatchedTotal: Math.floor(server.admittedTotal),
    rejectedTotal: onceCounted(server.rejectedTotal),
  }
}

function lightFlow(
  cluster: ModelCluster,
  server: ModelServer,
  { flowSchema, priorityLevel, share }: (typeof LIGHT_FLOWS)[number],
  executingLight: number,
): FlowMetrics {
  const relists = priorityLevel === 'workload-high' ? server.relistRunning : 0
  const wanted = executingLight * share + relists
  const seats = limitSeats(cluster, priorityLevel) * (1 + FAIRNESS.borrowedShare)
  const executing = Math.round(Math.min(wanted, seats))
  return {
    flowSchema,
    priorityLevel,
    limitSeats: limitSeats(cluster, priorityLevel),
    executingRequests: executing,
    executingSeats: executing,
    queuedRequests: Math.round(Math.max(0, wanted - seats)),
    dispatchedTotal: Math.floor(server.lightTotal * share),
  }
}

function limitSeats(cluster: ModelCluster, level: keyof typeof SEATS): number {
  return Math.ceil((SEATS[level] * cluster.inflightLimit) / FAIRNESS.referenceInflight)
}
