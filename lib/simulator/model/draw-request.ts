import { COST, FAIRNESS, LATENCY, PROCESS, SEATS } from './constants'
import { exponential, normal } from './random'
import { heapPerCore } from './step-server'
import type { ModelCluster, ModelRequest, ModelServer, RequestOutcome } from './types'

/** An old server lets a few through while rejecting. */
const REJECTED_SHARE = 0.93
const WEBHOOK_SECONDS = 10
/** Mean wait of another flow, as a share of a LIST's own time. */
const TURN_SHARE = 0.3
/** How often a level that is full, with nobody queued, has seats lent away that it would need for one more. */
const LENT_AWAY = 0.25
/** With etcd halted under 1.28.15 and 1.37.2 requests waited: served within 0.1 s of its return, or 504 after this. */
const ETCD_AWAY = {
  readSeconds: 60,
  writeSeconds: 34,
  message: 'Timeout: request did not complete within the allotted timeout',
} as const
const NO_RBAC_WARMTH = 0.15
const READY_WARMTH = 0.9

/** Requests a second and seats of the levels in which nothing heavy runs. */
const LEVELS = {
  node: { seats: SEATS['node-high'], rate: (nodes: number) => 0.15 * nodes },
  controller: { seats: SEATS['workload-high'], rate: (nodes: number) => 2 + 0.01 * nodes },
  ordinary: { seats: SEATS['global-default'], rate: (nodes: number) => 2 + 0.01 * nodes },
}

/** Draws what happens to one request that arrives in the cluster's present second. */
export function drawRequest(
  cluster: ModelCluster,
  request: ModelRequest,
  random: () => number,
): RequestOutcome {
  const index = chooseServer(cluster, request.server, random)
  const server = cluster.servers[index]
  const timedOut = { outcome: 'timeout' as const, latencyMs: request.timeoutSeconds * 1000, server: index }
  const fromNode = request.lane === 'node' || request.lane === 'telemetry'
  if (fromNode && random() < cluster.blockedShare) return timedOut
  if (!server?.up) return { outcome: 'refused', latencyMs: 1 + random(), server: index }

  const readsEtcd = request.path === '/readyz' || !(request.verb === 'probe' || request.verb === 'metrics')
  let seconds = workSeconds(cluster, server, request, random)
  if (readsEtcd && !cluster.etcdUp) {
    if (request.path === '/readyz')
      return { outcome: 500, latencyMs: 2000, failedChecks: ['etcd'], server: index }
    const limit = request.verb === 'write' ? ETCD_AWAY.writeSeconds : ETCD_AWAY.readSeconds
    const wait = cluster.etcdUpAt - cluster.second + random()
    const dies = PROCESS.livenessSeconds - server.sickSeconds
    if (Math.min(wait, limit) > Math.min(dies, request.timeoutSeconds)) return timedOut
    if (wait > limit)
      return { outcome: 504, latencyMs: limit * 1000, message: ETCD_AWAY.message, server: index }
    seconds += wait
  }
  if (readsEtcd)
    seconds += cluster.etcdLatencySeconds * exponential(random) * (request.verb === 'write' ? 2 : 1)

  const verdict = judge(cluster, server, request, random)
  seconds += verdict.waitSeconds
  if (seconds > request.timeoutSeconds) return timedOut
  const { status, retryAfterSeconds, failedChecks, message } = verdict
  return {
    outcome: status,
    latencyMs: seconds * 1000,
    retryAfterSeconds,
    failedChecks,
    message,
    server: index,
  }
}

/** The balancer's choice is random and ignores servers that have been down for long enough to be noticed. */
function chooseServer(cluster: ModelCluster, asked: number | undefined, random: () => number): number {
  if (asked !== undefined) return asked
  const { servers, second } = cluster
  const index = Math.floor(random() * servers.length)
  const server = servers[index]
  if (!server || server.up || second - server.downAt <= PROCESS.balancerSeconds) return index
  const other = servers.findIndex(candidate => candidate.up)
  return other < 0 ? index : other
}

/** Time on the server: its own work, the wait for a core among LISTs, and stalls by the garbage collector. */
function workSeconds(
  cluster: ModelCluster,
  server: ModelServer,
  request: ModelRequest,
  random: () => number,
): number {
  const perCore = server.runnable / cluster.cores
  const scrape = request.verb === 'metrics'
  const base = scrape
    ? LATENCY.metricsSeconds * Math.exp(LATENCY.metricsSpread * normal(random))
    : LATENCY.idleSeconds * Math.exp(LATENCY.idleSpread * normal(random))
  let seconds = base + request.megabytes * COST.cpuSecondsPerMegabyte * Math.max(1, perCore)
  if (perCore > 0.5) {
    const wait = LATENCY.schedulerSeconds * (perCore - 0.5)
    seconds += wait * Math.exp(LATENCY.schedulerSpread * normal(random)) * (scrape ? 2 : 1)
  }
  if (random() < LATENCY.stallShare) {
    const stall = LATENCY.stallSecondsPerGB * heapPerCore(cluster, server) * Math.min(1, perCore)
    seconds += stall * exponential(random) ** (2 / 3)
  }
  return seconds
}

interface Judgement {
  status: number
  /** In queues, or for a webhook. */
  waitSeconds: number
  retryAfterSeconds?: number
  failedChecks?: string[]
  message?: string
}

const ok = (waitSeconds: number): Judgement => ({ status: 200, waitSeconds })
const tooMany = (waitSeconds: number, retryAfterSeconds = 1): Judgement => ({
  status: 429,
  waitSeconds,
  retryAfterSeconds,
})

/** What the server answers, were there time enough: health, rights, priority and fairness, admission. */
function judge(
  cluster: ModelCluster,
  server: ModelServer,
  request: ModelRequest,
  random: () => number,
): Judgement {
  if (request.verb === 'probe') return judgeProbe(cluster, server, request, random)
  const forbidden = server.warmth < NO_RBAC_WARMTH || (request.lane === 'telemetry' && cluster.revoked)
  if (forbidden && request.lane !== 'exempt') return { status: 403, waitSeconds: 0 }

  const admission = judgeSeats(cluster, server, request, random)
  if (admission.status !== 200 || request.verb !== 'write') return admission
  if (cluster.webhookDownShare === 0 || random() >= cluster.webhookDownShare) return admission
  const message = 'failed calling webhook: context deadline exceeded'
  return { status: 500, waitSeconds: admission.waitSeconds + WEBHOOK_SECONDS, message }
}

function judgeProbe(
  cluster: ModelCluster,
  server: ModelServer,
  request: ModelRequest,
  random: () => number,
): Judgement {
  if (request.path === '/readyz' && server.warmth < READY_WARMTH)
    return { status: 500, waitSeconds: 0, failedChecks: ['informer-sync'] }
  const crowded = 0.04 * Math.min(1, server.runnable / cluster.cores / 40)
  const slow = cluster.etcdLatencySeconds > 0.5 ? cluster.etcdLatencySeconds / 2 : 0
  if (random() >= Math.max(crowded, slow)) return ok(0)
  return { status: 500, waitSeconds: 0, failedChecks: ['etcd'] }
}

function judgeSeats(
  cluster: ModelCluster,
  server: ModelServer,
  request: ModelRequest,
  random: () => number,
): Judgement {
  if (request.lane === 'exempt') return ok(0)
  if (request.lane === 'telemetry') {
    // Refused agents hold no seat: where they have no rights, or are gone, there is room.
    if (cluster.rejecting && random() < REJECTED_SHARE && !cluster.revoked && cluster.agents >= 1)
      return tooMany(0)
    if (random() < server.rejectShare) return tooMany(0, server.retryAfterSeconds)
    const queue = cluster.rejecting ? 0 : server.queuedLists / Math.max(server.finishRate, 0.02)
    return waited(server, queue * (0.7 + 0.6 * random()))
  }
  if (request.lane === 'sa') return waited(server, turnSeconds(cluster, server, random))
  const level = LEVELS[request.lane]
  const rate = level.rate(cluster.nodes) / cluster.servers.length
  const seats =
    ((level.seats * cluster.inflightLimit) / FAIRNESS.referenceInflight) * (1 + FAIRNESS.borrowedShare)
  const load = (rate * cluster.latencySeconds) / seats
  if (load <= 1) return ok(0)
  if (random() > 1 / load) return tooMany(FAIRNESS.queueWaitSeconds)
  return ok(FAIRNESS.queueWaitSeconds * random() * (1 - 1 / load))
}

/**
 * What another flow of the agents' level waits for its turn. Fair queueing lets it in long before the agents' own
 * queue, but not before seats fall free, and the level's limit itself moves as seats are lent and called back: about
 * a quarter of the time that one LIST takes, widely spread (measured on kube-apiserver 1.37.2, docs/OVERLOAD.md).
 */
function turnSeconds(cluster: ModelCluster, server: ModelServer, random: () => number): number {
  const nominal = (SEATS['workload-low'] * cluster.inflightLimit) / FAIRNESS.referenceInflight
  const isQueued = server.queuedLists > 0.5
  const isFull = server.runningLists * cluster.seatsPerList >= nominal
  if (!isQueued && !(isFull && random() < LENT_AWAY)) return 0
  // While a queue stands every seat is taken, also those that fell free within this second.
  const borrowed = (nominal * (1 + FAIRNESS.borrowedShare)) / cluster.seatsPerList
  const executing = isQueued ? Math.max(server.runningLists, borrowed) : server.runningLists
  const listSeconds = executing / Math.max(server.finishRate, 0.02)
  return TURN_SHARE * listSeconds * exponential(random)
}

/** A request that is still queued after the limit is rejected. */
function waited(server: ModelServer, seconds: number): Judgement {
  if (seconds <= FAIRNESS.queueWaitSeconds) return ok(seconds)
  return tooMany(FAIRNESS.queueWaitSeconds, server.retryAfterSeconds)
}
