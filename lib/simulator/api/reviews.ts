import type { SimulatedCluster } from '../fleet/cluster'
import { asArray, asObject, asString } from '../objects/json'
import type { ResourceType } from '../objects/types'
import { apiVersionOf } from './convert'
import { readBody } from './read-body'
import { badRequest, jsonAnswer } from './status'
import type { ApiAnswer, ApiRequest, Identity, RequestInfo } from './types'

/** Who am I? */
export function selfSubjectReview(info: RequestInfo, identity: Identity): ApiAnswer {
  return jsonAnswer(201, {
    kind: 'SelfSubjectReview',
    apiVersion: apiVersionOf(info.group, info.version),
    metadata: { creationTimestamp: null },
    status: { userInfo: { username: identity.user, groups: [...identity.groups] } },
  })
}

/** May I? Or, asked by those who may ask it: may somebody else? */
export function accessReview(
  cluster: SimulatedCluster,
  info: RequestInfo,
  type: ResourceType,
  identity: Identity,
  request: ApiRequest,
): ApiAnswer {
  const spec = asObject(asObject(readBody(request)).spec)
  const resource = asObject(spec.resourceAttributes)
  const path = asObject(spec.nonResourceAttributes)
  const isResource = spec.resourceAttributes !== undefined
  if (isResource === (spec.nonResourceAttributes !== undefined)) {
    throw badRequest('exactly one of nonResourceAttributes or resourceAttributes must be specified')
  }
  const isSelf = type.kind === 'SelfSubjectAccessReview'
  const subject = isSelf
    ? identity
    : { user: asString(spec.user), groups: asArray(spec.groups).map(asString) }
  const allowed = cluster.authorizer.allows(subject, {
    isResource,
    verb: asString(isResource ? resource.verb : path.verb),
    group: asString(resource.group),
    resource: asString(resource.resource),
    subresource: asString(resource.subresource),
    namespace: asString(resource.namespace) || undefined,
    name: asString(resource.name) || undefined,
    path: asString(path.path),
  })
  return jsonAnswer(201, {
    kind: type.kind,
    apiVersion: apiVersionOf(info.group, info.version),
    metadata: { creationTimestamp: null },
    spec,
    status: { allowed, ...(allowed ? {} : { reason: 'no RBAC policy matched' }) },
  })
}
