import type { SimulatedCluster } from '../fleet/cluster'
import type { RequestOutcome } from '../model/types'
import { isServed } from '../objects/resource-table'
import { deleteCollection, deleteObject } from './delete-objects'
import { discoveryAnswer } from './discovery'
import { dumpRequests } from './dump-requests'
import { evictPod } from './evict-pod'
import { healthAnswer, versionAnswer } from './health'
import { metricsAnswer } from './metrics-answer'
import { getObject, listObjects } from './read-objects'
import { accessReview, selfSubjectReview } from './reviews'
import { scaleSubresource } from './scale'
import {
  forbidden,
  internalError,
  methodNotAllowed,
  noSuchResource,
  pageNotFound,
  StatusError,
  tooManyRequests,
  unavailable,
} from './status'
import type { ApiAnswer, ApiRequest, Identity, RequestInfo } from './types'
import { createObject, patchObject, updateObject } from './write-objects'

const HEALTH = /^\/(livez|readyz|healthz)(\/|$)/
const DUMP = '/debug/api_priority_and_fairness/dump_requests'

/** What a request does and answers once its time has come. @throws {StatusError} */
export function answerRequest(
  cluster: SimulatedCluster,
  request: ApiRequest,
  info: RequestInfo,
  identity: Identity,
  drawn: RequestOutcome,
  fullMetrics: boolean,
): ApiAnswer {
  const { outcome } = drawn
  const failed = drawn.failedChecks ?? []
  if (outcome === 429) return tooManyRequests(drawn.retryAfterSeconds ?? 1, {})
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
  if (info.path === DUMP) return dumpRequests(cluster, drawn.server)
  if (!info.isResource) return discoveryAnswer(info.path, cluster.model.kubernetesVersion) ?? pageNotFound()
  if (outcome === 500) throw serverError(drawn)
  if (outcome === 503) throw unavailable()
  return objectRequest(cluster, request, info, identity)
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
  if (!isServed(info.group, info.version, cluster.model.kubernetesVersion)) return pageNotFound()
  if (!type) throw noSuchResource()
  const accept = request.headers.accept ?? ''
  if (subresource === 'scale' && type.hasScale) return scaleSubresource(cluster, info, type, request)
  if (subresource === 'eviction' && type.id === 'pods' && verb === 'create')
    return evictPod(cluster, info, request)
  if (subresource && !(subresource === 'status' && type.hasStatus && verb === 'get')) throw noSuchResource()
  if (!type.verbs.includes(verb) || (verb === 'create' && info.name !== undefined)) throw methodNotAllowed()
  if (type.kind === 'SelfSubjectReview') return selfSubjectReview(info, identity)
  if (type.kind.endsWith('AccessReview')) return accessReview(cluster, info, type, identity, request)
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
