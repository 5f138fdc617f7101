import { COST, CPU_STAGES, ETCD_STAGES, FAIRNESS, LATENCY, PROCESS, SEATS, STAGES } from './constants'
import type { ListWork } from './list-work'
import { clamp } from './random'
import { noteRejections } from './retry-after'
import { countRequests } from './server-counters'
import { crashServer } from './server-failure'
import type { EtcdTick } from './step-etcd'
import type { ModelCluster, ModelServer } from './types'

/** What the servers of one cluster share in one second, and what they report back. */
export interface ServerTick {
  work: ListWork
  etcd: EtcdTick
  serversUp: number
  /** Per server: telemetry requests, watchers that list again, light requests. */
  asks: number
  watchers: number
  light: number
  /** In-flight limit as a multiple of the reference. */
  seatFactor: number
  /** Sums over the servers; `answering` are those that did not crash in this second. */
  answering: number
  success: number
  latency: number
  failedAsks: number
  finishedLists: number
}

/** Read in every step of every cluster, so kept here rather than looked up in another module. */
const ETCD_END = ETCD_STAGES
const CPU_END = STAGES
const { lightCpuSeconds, forbiddenCpuSeconds, rejectedCpuSeconds, storedShare } = COST
const {
  restartSeconds,
  collectorTax,
  memoryRise,
  memoryFallSeconds,
  livenessSeconds,
  livenessLatencySeconds,
} = PROCESS
const { schedulerSeconds, stallSecondsPerGB, stallShare } = LATENCY
const { borrowedShare, queueLength, queueWaitSeconds } = FAIRNESS
const { 'workload-low': agentSeats, 'workload-high': relistSeats, 'node-high': nodeSeats } = SEATS

/** Clients leave once they have waited for this share of their time-out. */
const PATIENCE = 0.8
/** LISTs past these stages go on when their caller leaves; earlier ones are dropped. */
const ABANDONABLE_STAGES = ETCD_STAGES + 4
/** Memory of a LIST has grown to its full size by this stage. */
const FULL_SIZE_STAGE = 6

/** One second of one API server that is up. */
export function stepServer(cluster: ModelCluster, server: ModelServer, tick: ServerTick): void {
  warmUp(cluster, server, tick)
  const { admitted, cpuSeconds } = admitAsks(cluster, server, tick)
  const weight = runLists(cluster, server, tick, cpuSeconds)
  losePatience(cluster, server, tick, admitted)
  followMemory(cluster, server, tick.work, weight)
  if (server.residentGB > cluster.memoryGB) {
    cluster.oomKills++
    crashServer(cluster, server)
    return
  }
  serveSmallRequests(cluster, server, tick)
}

function warmUp(cluster: ModelCluster, server: ModelServer, { etcd }: ServerTick): void {
  if (server.warmth >= 1) return
  const share = etcd.megabytesPerSecond / (cluster.servers.length + etcd.readers)
  const cacheMegabytes = (cluster.pods * cluster.podKilobytes * storedShare) / 1000
  server.warmth = Math.min(1, server.warmth + 1 / (restartSeconds + cacheMegabytes / Math.max(20, share)))
}

/** Forbidden, rejected, queued or admitted by seats; returns the LISTs admitted and the CPU that refusals took. */
function admitAsks(cluster: ModelCluster, server: ModelServer, tick: ServerTick) {
  let cpuSeconds = 0
  let arrived = tick.asks
  if (cluster.revoked || server.warmth < 0.15) {
    cpuSeconds += arrived * forbiddenCpuSeconds
    server.forbiddenTotal += arrived
    cluster.agentsBackingOff += arrived + server.queuedLists
    server.queuedLists = 0
    arrived = 0
  }
  const seats = cluster.rejecting ? cluster.rejectLeak : agentSeats * tick.seatFactor * (1 + borrowedShare)
  server.queuedLists += arrived
  const room = Math.max(0, seats / cluster.seatsPerList - server.runningLists)
  const admitted = Math.min(server.queuedLists, room)
  server.queuedLists -= admitted
  server.admittedTotal += admitted
  server.stages[0] = (server.stages[0] as number) + admitted

  const queueLimit = cluster.rejecting
    ? 0
    : Math.min(queueLength, 1.15 * queueWaitSeconds * server.finishRate + 1)
  const rejected = Math.max(0, server.queuedLists - queueLimit)
  server.rejectShare = arrived > 0 ? Math.min(1, rejected / arrived) : 0
  noteRejections(server, cluster.second, rejected)
  if (rejected > 0) {
    server.queuedLists = queueLimit
    server.rejectedTotal += rejected
    cluster.agentsBackingOff += rejected
    tick.failedAsks += rejected
    cpuSeconds += rejected * rejectedCpuSeconds
  }
  if (!cluster.etcdUp) failReads(cluster, server, tick)
  return { admitted, cpuSeconds }
}

function failReads(cluster: ModelCluster, server: ModelServer, tick: ServerTick): void {
  let failed = server.queuedLists
  server.queuedLists = 0
  for (let i = 0; i < ETCD_END; i++) {
    failed += server.stages[i] as number
    server.stages[i] = 0
  }
  cluster.agentsBackingOff += failed
  tick.failedAsks += failed
}

/** Passes LISTs through their stages: etcd's at its rate, the others at the CPU's. Returns their weight in memory. */
function runLists(cluster: ModelCluster, server: ModelServer, tick: ServerTick, refusalCpu: number): number {
  const { stages } = server
  const { work, etcd } = tick
  server.relistBacklog += tick.watchers
  server.relistRunning = Math.min(server.relistBacklog, relistSeats * tick.seatFactor)

  let moving = 0
  let running = 0
  let weight = 0
  for (let i = 0; i < ETCD_END; i++) {
    const here = (stages[i] as number) + moving
    moving = here * etcd.advance
    stages[i] = here - moving
    running += here - moving
    weight += (here - moving) * (i + 1)
  }
  let runnable = server.relistRunning + moving
  for (let i = ETCD_END; i < CPU_END; i++) runnable += stages[i] as number
  // What waits for its reader holds a seat and no core.
  const paced = Math.max(work.cpuSeconds, work.readSeconds)
  const busyShare = work.cpuSeconds / paced
  if (busyShare < 1) runnable = server.relistRunning + (runnable - server.relistRunning) * busyShare

  // Light work goes first; the rest share what is left, one core each at most. Unused work is carried over.
  const slowdown = 1 + collectorTax * heapPerCore(cluster, server)
  const light = tick.light * lightCpuSeconds + refusalCpu
  const freeCores = Math.max(0.05 * cluster.cores, cluster.cores - light) / slowdown
  const fastest = CPU_STAGES / work.cpuSeconds
  const budget = freeCores * fastest + server.cpuCarry
  const stagesEach = (runnable > 0 ? Math.min(fastest, budget / runnable) : fastest) * busyShare
  const advance = stagesEach / (1 + stagesEach)
  let stagesDone = 0
  for (let i = ETCD_END; i < CPU_END; i++) {
    const here = (stages[i] as number) + moving
    moving = here * advance
    stages[i] = here - moving
    stagesDone += moving
    running += here - moving
    weight += (here - moving) * Math.min(FULL_SIZE_STAGE, i + 1)
  }
  server.cpuCarry = clamp(Math.min(budget, runnable * fastest) - stagesDone, 0, budget)

  server.zombieLists = running > 0 ? server.zombieLists * (1 - moving / (moving + running)) : 0
  server.finishRate += (moving - server.finishRate) * 0.1
  server.listsTotal += moving
  tick.finishedLists += moving

  const coreShare = runnable > 0 ? Math.min(1, freeCores / runnable) : 1
  const relistCpu = work.relistCpuSeconds * (2 - server.warmth)
  const relisted = Math.min(server.relistBacklog, (server.relistRunning * coreShare) / relistCpu)
  server.relistBacklog -= relisted
  server.lightTotal += tick.light + relisted
  server.runningLists = running
  server.runnable = runnable
  server.coresInUse = Math.min(
    cluster.cores,
    light + ((stagesDone * work.cpuSeconds) / CPU_STAGES + relisted * relistCpu) * slowdown,
  )
  server.cpuSecondsTotal += server.coresInUse
  return weight
}

/** Clients that have waited too long leave. What is not far along is dropped, the rest is encoded for nobody. */
function losePatience(cluster: ModelCluster, server: ModelServer, tick: ServerTick, admitted: number): void {
  const running = server.runningLists
  server.meanAge =
    running > 0.5 ? Math.max(0, server.meanAge + 1 - server.meanAge * Math.min(1, admitted / running)) : 0
  const drain = (running + server.queuedLists) / Math.max(server.finishRate, 0.01 * running)
  server.sojourn = Math.min(1.5 * server.meanAge, drain)
  if (!(server.sojourn > PATIENCE * cluster.agentTimeoutSeconds) || running <= 1) return

  const timeout = cluster.agentTimeoutSeconds
  const hazard = Math.min(0.2, (server.sojourn / timeout) ** 2 / timeout)
  const leaving = (running - server.zombieLists) * hazard
  let dropped = 0
  for (let i = 0; i < ABANDONABLE_STAGES; i++) {
    const gone = (server.stages[i] as number) * hazard
    server.stages[i] = (server.stages[i] as number) - gone
    dropped += gone
  }
  const unqueued = server.queuedLists * hazard
  server.queuedLists -= unqueued
  server.runningLists = running - dropped
  server.zombieLists = Math.max(0, server.zombieLists + leaving - dropped)
  server.terminatedTotal += leaving
  tick.failedAsks += leaving
  cluster.agentsBackingOff += leaving + unqueued
}

function followMemory(cluster: ModelCluster, server: ModelServer, work: ListWork, weight: number): void {
  const heap =
    cluster.idleGB +
    (weight / FULL_SIZE_STAGE) * work.memoryGB +
    server.relistRunning * work.relistMemoryGB * 0.5
  const gap = heap - server.residentGB
  server.residentGB += gap > 0 ? gap * memoryRise : gap / memoryFallSeconds
}

/** GB of heap per core over the idle server's. */
export function heapPerCore(cluster: ModelCluster, server: ModelServer): number {
  return Math.max(0, server.residentGB - cluster.idleGB) / cluster.cores
}

/** Mean latency of small requests, the share answered within 10 s, and the liveness that follows from them. */
function serveSmallRequests(cluster: ModelCluster, server: ModelServer, tick: ServerTick): void {
  const perCore = server.runnable / cluster.cores
  const stall = stallSecondsPerGB * heapPerCore(cluster, server) * Math.min(1, perCore)
  const wait = schedulerSeconds * Math.max(0, perCore - 0.5)
  const latency = 0.004 + 1.5 * wait + stallShare * 0.9 * stall + cluster.etcdLatencySeconds
  countRequests(cluster, server, tick.light, latency)

  const sick = !cluster.etcdUp || latency > livenessLatencySeconds
  server.sickSeconds = sick ? server.sickSeconds + 1 : Math.max(0, server.sickSeconds - 2)
  if (server.sickSeconds > livenessSeconds) {
    cluster.livenessKills++
    crashServer(cluster, server)
    return
  }
  tick.answering++
  tick.latency += latency
  if (!cluster.etcdUp) return
  const stalledOut = stall > 0.5 ? stallShare * Math.exp(-((10 / stall) ** 1.5)) : 0
  const seats = nodeSeats * tick.seatFactor * (1 + borrowedShare)
  const needed = tick.light * 0.6 * latency
  const seated = needed > seats ? seats / needed : 1
  const inTime = latency < 5 ? 1 : Math.max(0, 2 - latency / 5)
  tick.success += (1 - stalledOut) * seated * inTime * (0.2 + 0.8 * server.warmth)
}
