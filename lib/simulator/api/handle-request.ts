import type { SimulatedCluster } from '../fleet/cluster'
import type { SimulatedFleet } from '../fleet/fleet'
import { drawRequest } from '../model/draw-request'
import type { ModelRequest, RequestLane } from '../model/types'
import { asObject } from '../objects/json'
import { answerRequest } from './answer-request'
import type { FlowMatch } from './flow-control'
import { impersonate } from './impersonate'
import { parseRequest } from './parse-request'
import { listMegabytes } from './read-objects'
import { readTimeout } from './read-timeout'
import { gatewayTimeout, StatusError, tooManyRequests, unauthorized } from './status'
import type { ApiAnswer, ApiRequest, Identity, RequestInfo } from './types'

/** The longest that a server works on a request (kube-apiserver --request-timeout). */
const SERVER_TIMEOUT_SECONDS = 60
/** A write takes effect a little before its answer is out, so a caller who leaves may have been heard. */
const LANDS_AT = 0.9
/** To turn a request away costs next to nothing. */
const REJECTED_MS = 1
const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

/** A request that has been let in: how long it will take, and what it will do and answer then. */
interface BegunRequest {
  /** Simulated ms until the answer is out. */
  latencyMs: number
  /** Simulated ms until `finish` takes effect. Call it then, at most once, unless the caller has left before. */
  landsAfterMs: number
  finish: () => ApiAnswer
  /** Gives back what the request holds. Always call it in the end. */
  end: () => void
}

export type RequestStart = BegunRequest | { outcome: 'refused'; latencyMs: number }

const nothing = () => {}

/** Lets a request in: the model says whether there is a server, how long it takes, and whether it is answered at all. */
export function beginRequest(
  cluster: SimulatedCluster,
  request: ApiRequest,
  fullMetrics = false,
): RequestStart {
  const info = parseRequest(request.method, request.path)
  const identity =
    request.identity === 'invalid'
      ? 'invalid'
      : impersonate(cluster.authorizer, request, request.identity, info, cluster.model.kubernetesVersion)
  if (identity instanceof StatusError) return answered(identity.toAnswer())
  const flow = identity === 'invalid' ? undefined : cluster.flows.classify(identity, info)
  const asked = readModelRequest(cluster, { ...request, identity }, info, flow)
  if (asked instanceof StatusError) return answered(asked.toAnswer())
  const drawn = drawRequest(cluster.model, asked, cluster.random)
  const { outcome, latencyMs, server } = drawn
  if (outcome === 'refused') return { outcome, latencyMs }

  const startedAt = cluster.model.servers[server]?.startedAt ?? 0
  const begun = (finish: () => ApiAnswer, end: () => void = nothing, ms = latencyMs): BegunRequest => ({
    latencyMs: ms,
    landsAfterMs: ms * LANDS_AT,
    finish: () => {
      const answer = withHeaders(attempt(finish), flow, info)
      cluster.served.count(server, startedAt, info, answer.status)
      return answer
    },
    end,
  })
  if (identity === 'invalid') return begun(() => unauthorized().toAnswer())
  if (outcome === 'timeout') return begun(gatewayTimeout)
  const seat = takeSeat(cluster, flow, asked.lane)
  if (seat === 'none') {
    const { schema, level } = flow as FlowMatch
    cluster.served.countRejection(server, startedAt, schema.metadata.name, level.metadata.name)
    return begun(() => tooManyRequests(1, {}), nothing, REJECTED_MS)
  }
  return begun(
    () => answerRequest(cluster, { ...request, identity }, info, identity, drawn, fullMetrics),
    seat,
  )
}

type Handled = (ApiAnswer & { latencyMs: number }) | { outcome: 'refused' | 'timeout'; latencyMs: number }

/**
 * One request without sockets and without waiting, for headless runs on a stepped clock.
 * `timeoutMs` is how long the caller waits, in simulated ms.
 */
export async function handleRequest(
  fleet: SimulatedFleet,
  request: ApiRequest & { clusterId: string; timeoutMs: number },
): Promise<Handled> {
  const cluster = fleet.clusters.get(request.clusterId)
  if (!cluster) throw new Error(`no cluster ${request.clusterId} in the simulated fleet`)
  const start = beginRequest(cluster, request)
  if ('outcome' in start) return start
  const { latencyMs, landsAfterMs, finish, end } = start
  const timedOut = { outcome: 'timeout', latencyMs: request.timeoutMs } as const
  const done = landsAfterMs > request.timeoutMs ? undefined : finish()
  end()
  return done && latencyMs <= request.timeoutMs ? { ...done, latencyMs } : timedOut
}

function answered(answer: ApiAnswer): BegunRequest {
  return { latencyMs: REJECTED_MS, landsAfterMs: REJECTED_MS, finish: () => answer, end: nothing }
}

/** A seat in a level of somebody's making that rejects; while agents run, the model knows how theirs are taken. */
function takeSeat(
  cluster: SimulatedCluster,
  flow: FlowMatch | undefined,
  lane: RequestLane,
): (() => void) | 'none' {
  const limited = asObject(asObject(flow?.level.spec).limited)
  if (!flow || asObject(limited.limitResponse).type !== 'Reject') return nothing
  const { rejecting, agents } = cluster.model
  if (flow.level.metadata.name === 'catch-all' || (lane === 'telemetry' && rejecting && agents >= 1))
    return nothing
  return cluster.seats.take(flow.level.metadata.uid, cluster.coupling.seatsOf(flow.level)) ?? 'none'
}

function readModelRequest(
  cluster: SimulatedCluster,
  request: ApiRequest,
  info: RequestInfo,
  flow: FlowMatch | undefined,
): ModelRequest | StatusError {
  const verb = modelVerb(info)
  let timeoutSeconds = SERVER_TIMEOUT_SECONDS
  if (info.isResource && info.query.has('timeout')) {
    try {
      timeoutSeconds = readTimeout(info.query.get('timeout'), SERVER_TIMEOUT_SECONDS)
    } catch (error) {
      if (error instanceof StatusError) return error
      throw error
    }
  }
  return {
    lane: laneOf(cluster, request.identity, flow),
    verb,
    path: info.path.startsWith('/readyz') ? '/readyz' : info.path,
    megabytes: verb === 'list' ? listMegabytes(cluster, info) : 0,
    timeoutSeconds,
    server: request.server === 'balanced' ? undefined : request.server,
  }
}

function modelVerb(info: RequestInfo): ModelRequest['verb'] {
  if (!info.isResource) return info.path === '/metrics' ? 'metrics' : 'probe'
  if (WRITES.has(info.verb)) return info.group.startsWith('auth') ? 'get' : 'write'
  return info.verb === 'list' ? 'list' : 'get'
}

function laneOf(
  cluster: SimulatedCluster,
  identity: Identity | 'invalid',
  flow: FlowMatch | undefined,
): RequestLane {
  const level = flow?.level.metadata.name
  if (level === 'exempt') return 'exempt'
  if (identity !== 'invalid' && identity.user === cluster.coupling.callerIdentity.user) return 'telemetry'
  if (level === 'workload-low') return 'sa'
  if (level === 'workload-high') return 'controller'
  return level === 'node-high' || level === 'system' ? 'node' : 'ordinary'
}

function attempt(finish: () => ApiAnswer): ApiAnswer {
  try {
    return finish()
  } catch (error) {
    if (error instanceof StatusError) return error.toAnswer()
    throw error
  }
}

function withHeaders(answer: ApiAnswer, flow: FlowMatch | undefined, info: RequestInfo): ApiAnswer {
  if (flow) Object.assign(answer.headers, flow.headers)
  if (info.isResource) answer.headers['cache-control'] = 'no-cache, private'
  return answer
}
