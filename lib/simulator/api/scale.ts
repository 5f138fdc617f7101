import type { SimulatedCluster } from '../fleet/cluster'
import { replicasOf } from '../fleet/replica-pods'
import { asObject, asString, asStringMap } from '../objects/json'
import type { JsonObject, KubeObject, ResourceType } from '../objects/types'
import { readBody, readDryRun } from './read-body'
import { invalid, jsonAnswer, methodNotAllowed, modifiedMeanwhile, notFound, StatusError } from './status'
import type { ApiAnswer, ApiRequest, RequestInfo } from './types'
import { isCount } from './validate-object'
import { applyPatch } from './write-objects'

/** The `scale` subresource: replicas alone, with their own kind (autoscaling/v1). */
export function scaleSubresource(
  cluster: SimulatedCluster,
  info: RequestInfo,
  type: ResourceType,
  request: ApiRequest,
): ApiAnswer {
  const { store } = cluster
  const name = info.name ?? ''
  const stored = store.get(type.id, info.namespace, name)
  if (!stored) throw notFound(type.group, type.plural, name)
  const before = scaleOf(cluster, stored)
  if (info.verb === 'get') return jsonAnswer(200, before)
  if (info.verb !== 'update' && info.verb !== 'patch') throw methodNotAllowed()

  const contentType = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''
  const wanted =
    info.verb === 'update' ? asObject(readBody(request)) : applyPatch(contentType, before, readBody(request))
  const meta = asObject(wanted.metadata)
  const { uid, resourceVersion } = stored.metadata
  if (asString(meta.uid) && meta.uid !== uid) {
    const where = `Precondition failed: UID in precondition: ${asString(meta.uid)}, UID in object meta: ${uid}`
    throw new StatusError(
      409,
      `Operation cannot be fulfilled on ${type.plural}/scale.${type.group} "${name}": ${where}`,
      'Conflict',
      {
        name,
        group: type.group,
        kind: `${type.plural}/scale`,
      },
    )
  }
  if (asString(meta.resourceVersion) && meta.resourceVersion !== resourceVersion)
    throw modifiedMeanwhile(type.group, type.plural, name)
  const replicas = asObject(wanted.spec).replicas ?? 0
  if (!isCount(replicas)) {
    const message = `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`
    throw invalid('autoscaling', 'Scale', name, [
      { reason: 'FieldValueInvalid', message, field: 'spec.replicas' },
    ])
  }
  const dryRun = readDryRun(info, request, type)
  const same = replicas === replicasOf(stored)
  const after: KubeObject = same
    ? stored
    : {
        ...stored,
        metadata: {
          ...stored.metadata,
          resourceVersion: String(store.revision() + 1),
          generation: (stored.metadata.generation ?? 1) + 1,
        },
        spec: { ...asObject(stored.spec), replicas },
      }
  if (!same && !dryRun) store.put(type, after)
  return jsonAnswer(200, scaleOf(cluster, after, stored))
}

/** `stored`: what is there, when `object` is only what would be. */
function scaleOf(cluster: SimulatedCluster, object: KubeObject, stored = object): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const replicas = replicasOf(object)
  const labels = Object.entries(asStringMap(asObject(asObject(object.spec).selector).matchLabels))
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: asObject(cluster.present(stored).status).replicas ?? 0,
      selector: labels.map(([key, value]) => `${key}=${value}`).join(','),
    },
  }
}
