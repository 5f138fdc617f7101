import { FAIRNESS, PROCESS, SEATS } from './constants'
import { createServer } from './create-server'
import { seededRandom } from './random'
import type { ModelCluster, Product, Region } from './types'

/** What sets one cluster apart; all else follows from its size. */
export interface ClusterShape {
  name: string
  nodes: number
  seed: number
  region?: Region
  product?: Product
  podsPerNode?: number
  podKilobytes?: number
  seatsPerList?: 1 | 10
  kubernetesVersion?: string
  servers?: number
  cores?: number
  inflightLimit?: number
  etcdMegabytesPerSecondPerCore?: number
  dnsFragility?: number
  dnsTtlSeconds?: number
}

/** Requests a second that a calm cluster makes: leases, status, events, controllers. */
export function lightRate(cluster: Pick<ModelCluster, 'nodes' | 'blockedShare'>): number {
  return cluster.nodes * (1 - cluster.blockedShare) * 0.25 + 15
}

export function createCluster(shape: ClusterShape): ModelCluster {
  const { nodes } = shape
  const cores = shape.cores ?? coresFor(nodes)
  const podsPerNode = shape.podsPerNode ?? 30
  const podKilobytes = shape.podKilobytes ?? 5
  const pods = podsPerNode * nodes
  const idleGB = PROCESS.idleGB + (PROCESS.cacheGBPerGB * pods * podKilobytes) / 1e6
  const servers = shape.servers ?? (nodes <= 2500 ? 3 : 5)
  const wantedSeats = shape.seatsPerList ?? 10
  const inflightLimit = shape.inflightLimit ?? inflightLimitFor(nodes)
  const ratePerServer = lightRate({ nodes, blockedShare: 0 }) / servers
  return {
    name: shape.name,
    region: shape.region ?? 'us-east',
    product: shape.product ?? 'chat',
    platform: false,
    podsPerNode,
    podKilobytes,
    seatsPerList: Math.min(wantedSeats, widestRequest(inflightLimit)),
    kubernetesVersion: shape.kubernetesVersion ?? (wantedSeats === 1 ? 'v1.28.15' : 'v1.31.3'),
    cores,
    memoryGB: 4 * cores,
    inflightLimit,
    etcdMegabytesPerSecond: (shape.etcdMegabytesPerSecondPerCore ?? 70) * cores,
    etcdCores: cores / 2,
    etcdMemoryGB: 3 * cores,
    restartCapSeconds: 40,
    dnsFragility: shape.dnsFragility ?? 0,
    dnsTtlSeconds: shape.dnsTtlSeconds ?? 1200,
    resolvers: 2,
    namesPerService: 1.5,
    idleGB,
    random: seededRandom(shape.seed),

    second: 0,
    nodes,
    pods,
    servers: Array.from({ length: servers }, () => createServer(idleGB, ratePerServer)),
    serversDueAt: [],

    agentTarget: 0,
    agentTargetAt: 0,
    agents: 0,
    agentsToDelete: 0,
    agentsBackingOff: 0,
    agentFailure: 0,
    agentPeriodSeconds: 60,
    agentTimeoutSeconds: 30,
    agentMegabytesPerSecond: Number.POSITIVE_INFINITY,
    relistWave: 0,

    revoked: false,
    rejecting: false,
    rejectLeak: 0,
    blockedShare: 0,
    etcdSlowSeconds: 0,
    webhookDownShare: 0,
    dnsBreakRate: 0,
    zoneLostShare: 0,
    trafficShifted: 0,
    stagedStart: false,

    etcdUp: true,
    etcdUpAt: 0,
    etcdResidentGB: 0.5,
    etcdLatencySeconds: 0.002,
    etcdCrashesInARow: 0,
    oomKills: 0,
    livenessKills: 0,
    etcdOomKills: 0,

    success: 1,
    success10: 1,
    success40: 1,
    latencySeconds: 0.005,
    apiLostAt: undefined,

    controllerManagerUp: true,
    controllerManagerHeld: false,
    controllerManagerUpAt: 0,
    controllerManagerBackoff: 10,
    leaseRenewedAt: 0,
    notReadyShare: 0,

    dnsReplicas: Math.max(2, Math.min(60, Math.ceil(nodes / 64))),
    dnsSynced: 1,
    dnsLostAt: undefined,
    dnsEmpty: 0,
    dnsLoad: 1,
    dnsTotals: {
      emptySeconds: 0,
      missedSeconds: 0,
      askedNodeSeconds: 0,
      apiLostSeconds: 0,
      apiLeftSeconds: 0,
    },
    downloadBacklog: 0,
    serviceFailure: 0,
  }
}

/**
 * No request may take more than 15 % of its level's seats, nor more than its share of the six queues that a flow is
 * dealt to; one at least (kubernetes/apiserver, apf_controller.go).
 */
function widestRequest(inflightLimit: number): number {
  const nominal = Math.ceil((SEATS['workload-low'] * inflightLimit) / FAIRNESS.referenceInflight)
  return Math.max(1, Math.min(Math.ceil(0.15 * nominal), Math.floor(nominal / FAIRNESS.handSize)))
}

/** Operators size API servers by nodes. */
function coresFor(nodes: number): number {
  if (nodes <= 100) return 4
  if (nodes <= 300) return 8
  if (nodes <= 600) return 16
  return nodes <= 2500 ? 32 : 64
}

/** They also raise the limits of large clusters, so that priority and fairness bites late there. */
function inflightLimitFor(nodes: number): number {
  if (nodes <= 800) return 600
  return nodes <= 2500 ? 1600 : 3200
}
