import type { SimulatedCluster } from '../fleet/cluster'
import type { SimulatedFleet } from '../fleet/fleet'
import { drawRequest } from '../model/draw-request'
import type { ModelRequest, RequestLane, RequestOutcome } from '../model/types'
import { asObject } from '../objects/json'
import { servedVersions } from '../objects/resource-table'
import { deleteCollection, deleteObject } from './delete-objects'
import { discoveryAnswer } from './discovery'
import type { FlowMatch } from './flow-control'
import { healthAnswer, versionAnswer } from './health'
import { metricsAnswer } from './metrics-answer'
import { parseRequest } from './parse-request'
import { getObject, listMegabytes, listObjects } from './read-objects'
import { selfSubjectAccessReview, selfSubjectReview } from './reviews'
import { scaleSubresource } from './scale'
import {
  forbidden,
  gatewayTimeout,
  internalError,
  methodNotAllowed,
  noSuchResource,
  StatusError,
  textAnswer,
  tooManyRequests,
  unauthorized,
  unavailable,
} from './status'
import type { ApiAnswer, ApiRequest, Identity, RequestInfo } from './types'
import { createObject, patchObject, updateObject } from './write-objects'

/** The longest that a server works on a request (kube-apiserver --request-timeout). */
const SERVER_TIMEOUT_SECONDS = 60
/** A write takes effect a little before its answer is out, so a caller who leaves may have been heard. */
const LANDS_AT = 0.9
const HEALTH = /^\/(livez|readyz|healthz)(\/|$)/
const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

/** A request that has been let in: how long it will take, and what it will do and answer then. */
interface BegunRequest {
  /** Simulated ms until the answer is out. */
  latencyMs: number
  /** Simulated ms until `finish` takes effect. Call it then, at most once, unless the caller has left before. */
  landsAfterMs: number
  finish: () => ApiAnswer
}

export type RequestStart = BegunRequest | { outcome: 'refused'; latencyMs: number }

/** Lets a request in: the model says whether there is a server, how long it takes, and whether it is answered at all. */
export function beginRequest(
  cluster: SimulatedCluster,
  request: ApiRequest,
  fullMetrics = false,
): RequestStart {
  const info = parseRequest(request.method, request.path)
  const identity = request.identity
  const flow = identity === 'invalid' ? undefined : cluster.flows.classify(identity, info)
  const drawn = drawRequest(cluster.model, modelRequest(cluster, request, info, flow), cluster.random)
  const { outcome, latencyMs } = drawn
  if (outcome === 'refused') return { outcome, latencyMs }
  const begun = (finish: () => ApiAnswer): BegunRequest => ({
    latencyMs,
    landsAfterMs: latencyMs * LANDS_AT,
    finish: () => withHeaders(attempt(finish), flow, info),
  })
  if (identity === 'invalid') return begun(() => unauthorized().toAnswer())
  if (outcome === 'timeout') return begun(() => gatewayTimeout().toAnswer())
  return begun(() => answer(cluster, request, info, identity, flow, drawn, fullMetrics))
}

/**
 * One request without sockets and without waiting, for headless runs on a stepped clock.
 * `timeoutMs` is how long the caller waits, in simulated ms.
 */
export async function handleRequest(
  fleet: SimulatedFleet,
  request: ApiRequest & { clusterId: string; timeoutMs: number },
): Promise<(ApiAnswer & { latencyMs: number }) | { outcome: 'refused' | 'timeout'; latencyMs: number }> {
  const cluster = fleet.clusters.get(request.clusterId)
  if (!cluster) throw new Error(`no cluster ${request.clusterId} in the simulated fleet`)
  const start = beginRequest(cluster, request)
  if ('outcome' in start) return start
  const { latencyMs, landsAfterMs, finish } = start
  if (landsAfterMs > request.timeoutMs) return { outcome: 'timeout', latencyMs: request.timeoutMs }
  const done = finish()
  return latencyMs > request.timeoutMs
    ? { outcome: 'timeout', latencyMs: request.timeoutMs }
    : { ...done, latencyMs }
}

function modelRequest(
  cluster: SimulatedCluster,
  request: ApiRequest,
  info: RequestInfo,
  flow: FlowMatch | undefined,
): ModelRequest {
  const verb = modelVerb(info)
  return {
    lane: laneOf(cluster, request.identity, flow),
    verb,
    path: info.path.startsWith('/readyz') ? '/readyz' : info.path,
    megabytes: verb === 'list' ? listMegabytes(cluster, info) : 0,
    timeoutSeconds: SERVER_TIMEOUT_SECONDS,
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

/** The request once its time has come. */
function answer(
  cluster: SimulatedCluster,
  request: ApiRequest,
  info: RequestInfo,
  identity: Identity,
  flow: FlowMatch | undefined,
  drawn: RequestOutcome,
  fullMetrics: boolean,
): ApiAnswer {
  const { outcome } = drawn
  const failed = drawn.failedChecks ?? []
  if (outcome === 429) return tooManyRequests(drawn.retryAfterSeconds ?? 1, {})
  if (isShutOut(cluster, flow)) return tooManyRequests(1, {})
  const health = HEALTH.test(info.path)
  if (outcome === 403 || !cluster.authorizer.allows(identity, info)) {
    const why =
      outcome === 403 && !cluster.model.revoked ? 'RBAC: clusterrole.rbac.authorization.k8s.io not found' : ''
    throw forbidden(identity, info, why)
  }
  if (health) return healthAnswer(info, failed)
  if (info.path === '/version' || info.path === '/version/')
    return versionAnswer(cluster.model.kubernetesVersion)
  if (info.path === '/metrics') return metricsAnswer(cluster, drawn.server, fullMetrics)
  if (!info.isResource) {
    return (
      discoveryAnswer(info.path, cluster.model.kubernetesVersion) ?? textAnswer(404, '404 page not found\n')
    )
  }
  if (outcome === 500) throw serverError(drawn)
  if (outcome === 503) throw unavailable()
  return objectRequest(cluster, request, info, identity)
}

/** A FlowSchema of somebody's making that sends these callers to a rejecting level without seats. */
function isShutOut(cluster: SimulatedCluster, flow: FlowMatch | undefined): boolean {
  const limited = asObject(asObject(flow?.level.spec).limited)
  return (
    flow !== undefined &&
    asObject(limited.limitResponse).type === 'Reject' &&
    cluster.coupling.seatsOf(flow.level) === 0
  )
}

function serverError(drawn: RequestOutcome): StatusError {
  if (!drawn.message?.startsWith('failed calling webhook'))
    return new StatusError(500, drawn.message ?? 'etcdserver: request timed out')
  const url = 'https://policy-webhook.policy-system.svc:443/validate?timeout=10s'
  return internalError(
    `failed calling webhook "policy.example.com": failed to call webhook: Post "${url}": context deadline exceeded`,
  )
}

function objectRequest(
  cluster: SimulatedCluster,
  request: ApiRequest,
  info: RequestInfo,
  identity: Identity,
): ApiAnswer {
  const { type, verb, subresource } = info
  const served = servedVersions(info.group, cluster.model.kubernetesVersion).includes(info.version)
  if (!type || !served) throw noSuchResource()
  const accept = request.headers.accept ?? ''
  if (subresource === 'scale' && type.hasScale) return scaleSubresource(cluster, info, type, request)
  if (subresource && !(subresource === 'status' && type.hasStatus && verb === 'get')) throw noSuchResource()
  if (!type.verbs.includes(verb) || (verb === 'create' && info.name !== undefined)) throw methodNotAllowed()
  if (type.kind === 'SelfSubjectReview') return selfSubjectReview(info, identity)
  if (type.kind === 'SelfSubjectAccessReview')
    return selfSubjectAccessReview(cluster, info, identity, request)
  switch (verb) {
    case 'get':
      return getObject(cluster, info, type, accept)
    case 'list':
      return listObjects(cluster, info, type, accept)
    case 'create':
      return createObject(cluster, info, type, request)
    case 'update':
      return updateObject(cluster, info, type, request)
    case 'patch':
      return patchObject(cluster, info, type, request)
    case 'delete':
      return deleteObject(cluster, info, type, request)
    default:
      return deleteCollection(cluster, info, type, request)
  }
}

function attempt(finish: () => ApiAnswer): ApiAnswer {
  try {
    return finish()
  } catch (error) {
    if (error instanceof StatusError) return error.toAnswer()
    throw error
  }
}

function withHeaders(answered: ApiAnswer, flow: FlowMatch | undefined, info: RequestInfo): ApiAnswer {
  if (!flow) return answered
  Object.assign(answered.headers, flow.headers)
  if (info.isResource) answered.headers['cache-control'] = 'no-cache, private'
  return answered
}
