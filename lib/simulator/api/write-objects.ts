import type { SimulatedCluster } from '../fleet/cluster'
import { TEMPLATE_GENERATION } from '../fleet/record-revision'
import { asObject, asString, asStringMap } from '../objects/json'
import type { NewObject } from '../objects/object-store'
import { nameSuffix } from '../objects/stable-hash'
import type { Json, JsonObject, KubeObject, ObjectMeta, ResourceType } from '../objects/types'
import { checkEscalation } from './check-escalation'
import { apiVersionOf, storageVersion, toApiVersion } from './convert'
import { jsonPatch, mergePatch, sameJson, strategicMergePatch } from './patch'
import { readBody, readDryRun } from './read-body'
import { objectAnswer } from './read-objects'
import { alreadyExists, badRequest, invalid, modifiedMeanwhile, notFound, StatusError } from './status'
import type { ApiAnswer, ApiRequest, RequestInfo } from './types'
import { validateObject, withDefaults } from './validate-object'
import { writeNode } from './write-node'

const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]

const acceptOf = (request: ApiRequest) => request.headers.accept ?? ''

export function createObject(
  cluster: SimulatedCluster,
  info: RequestInfo,
  type: ResourceType,
  request: ApiRequest,
): ApiAnswer {
  const { store, model } = cluster
  const object = readObject(info, type, request, 'create')
  const meta = asObject(object.metadata)
  const dryRun = readDryRun(info, request, type)
  // Storage refuses it, and a dry run never comes so far.
  if (asString(meta.resourceVersion) && !dryRun)
    throw new StatusError(500, 'resourceVersion should not be set on objects to be created')
  const generated = asString(meta.generateName)
  const name =
    asString(meta.name) || (generated && generated + nameSuffix(`${generated}${store.newUid()}`, 5))
  if (!name) {
    const causes = [
      {
        reason: 'FieldValueRequired' as const,
        message: 'Required value: name or generateName is required',
        field: 'metadata.name',
      },
    ]
    throw invalid(type.group, type.kind, '', causes)
  }
  if (type.namespaced && !store.get('namespaces', undefined, info.namespace ?? '')) {
    throw notFound('', 'namespaces', info.namespace ?? '')
  }
  if (store.get(type.id, info.namespace, name)) throw alreadyExists(type.group, type.plural, name)
  const annotations = { ...asStringMap(meta.annotations), [TEMPLATE_GENERATION]: '1' }
  const own = type.kind === 'DaemonSet' ? { annotations } : {}
  const metadata = { ...meta, ...own, name, namespace: info.namespace } as NewObject['metadata']
  const full = toApiVersion(
    withDefaults(type, { ...object, metadata }, model.kubernetesVersion) as KubeObject,
    storageVersion(type.group, model.kubernetesVersion),
  )
  const prepared = store.prepare(type, full.apiVersion, full)
  validateObject(type, prepared, undefined)
  if (request.identity !== 'invalid') checkEscalation(cluster, type, prepared, request.identity)
  if (!dryRun) store.put(type, prepared)
  return objectAnswer(
    201,
    toApiVersion(cluster.present(prepared), apiVersionOf(info.group, info.version)),
    acceptOf(request),
  )
}

export function updateObject(
  cluster: SimulatedCluster,
  info: RequestInfo,
  type: ResourceType,
  request: ApiRequest,
): ApiAnswer {
  const object = readObject(info, type, request, 'update')
  const meta = asObject(object.metadata)
  if (asString(meta.name) !== info.name) {
    throw badRequest(
      `the name of the object (${asString(meta.name)}) does not match the name on the URL (${info.name})`,
    )
  }
  return replace(cluster, info, type, request, () => object)
}

export function patchObject(
  cluster: SimulatedCluster,
  info: RequestInfo,
  type: ResourceType,
  request: ApiRequest,
): ApiAnswer {
  const contentType = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''
  if (!PATCH_TYPES.includes(contentType) || contentType === PATCH_TYPES[3]) {
    const accepted = PATCH_TYPES.slice(0, 3).join(', ')
    throw new StatusError(
      415,
      `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
      'UnsupportedMediaType',
    )
  }
  const patch = readBody(request)
  return replace(cluster, info, type, request, before => applyPatch(contentType, before, patch))
}

export function applyPatch(contentType: string, before: JsonObject, patch: Json): JsonObject {
  if (contentType === PATCH_TYPES[0]) return jsonPatch(before, patch)
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    throw badRequest('json: cannot unmarshal array into Go value of type map[string]interface {}')
  }
  return contentType === PATCH_TYPES[1] ? mergePatch(before, patch) : strategicMergePatch(before, patch)
}

/** Puts what `make` returns in place of the stored object, with all the checks of an update. */
function replace(
  cluster: SimulatedCluster,
  info: RequestInfo,
  type: ResourceType,
  request: ApiRequest,
  make: (before: KubeObject) => JsonObject,
): ApiAnswer {
  if (type.id === 'nodes') return writeNode(cluster, info, type, request, make)
  const { store, model } = cluster
  const name = info.name ?? ''
  const stored = store.get(type.id, type.namespaced ? info.namespace : undefined, name)
  if (!stored) throw notFound(type.group, type.plural, name)
  const apiVersion = apiVersionOf(info.group, info.version)
  const before = toApiVersion(cluster.present(stored), apiVersion)
  const made = make(before)
  const meta = asObject(made.metadata)
  const given = asString(meta.resourceVersion)
  if (given && given !== stored.metadata.resourceVersion)
    throw modifiedMeanwhile(type.group, type.plural, name)
  if (asString(meta.uid) && meta.uid !== stored.metadata.uid) {
    throw modifiedMeanwhileByUid(type, name, asString(meta.uid), stored.metadata.uid)
  }
  const after = toApiVersion(
    withDefaults(type, made, model.kubernetesVersion) as KubeObject,
    storageVersion(type.group, model.kubernetesVersion),
  )
  const sameSpec = sameJson(after.spec, stored.spec)
  const merged = mergedMetadata(stored.metadata, meta, type.hasGeneration && !sameSpec)
  const metadata = type.kind === 'DaemonSet' ? countingTemplates(merged, stored, after) : merged
  const unchanged = sameJson({ ...after, metadata, status: null }, { ...stored, status: null })
  const result: KubeObject = {
    ...after,
    ...(stored.status !== undefined ? { status: stored.status } : { status: undefined }),
    kind: type.kind,
    metadata: unchanged ? stored.metadata : { ...metadata, resourceVersion: String(store.revision() + 1) },
  }
  validateObject(type, result, stored)
  if (!unchanged && request.identity !== 'invalid') checkEscalation(cluster, type, result, request.identity)
  if (!unchanged && !readDryRun(info, request, type)) store.put(type, result)
  return objectAnswer(200, toApiVersion(cluster.present(result), apiVersion), acceptOf(request))
}

function modifiedMeanwhileByUid(
  type: ResourceType,
  name: string,
  given: string,
  stored: string,
): StatusError {
  const where = `Precondition failed: UID in precondition: ${given}, UID in object meta: ${stored}`
  return new StatusError(409, `Operation cannot be fulfilled on ${type.id} "${name}": ${where}`, 'Conflict', {
    name,
    ...(type.group ? { group: type.group } : {}),
    kind: type.plural,
  })
}

/** The server numbers a DaemonSet's templates itself, in an annotation (k8s.io/kubernetes/pkg/registry/apps/daemonset). */
function countingTemplates(metadata: ObjectMeta, stored: KubeObject, after: KubeObject): ObjectMeta {
  const templateOf = (object: KubeObject) => asObject(object.spec).template
  const before = Number(stored.metadata.annotations?.[TEMPLATE_GENERATION] ?? 1)
  const generation = sameJson(templateOf(stored), templateOf(after)) ? before : before + 1
  return { ...metadata, annotations: { ...metadata.annotations, [TEMPLATE_GENERATION]: String(generation) } }
}

/** Callers may change labels, annotations, finalizers and owners; the rest is the server's. */
function mergedMetadata(stored: ObjectMeta, given: JsonObject, newGeneration: boolean): ObjectMeta {
  const { labels: _l, annotations: _a, finalizers: _f, ownerReferences: _o, ...own } = stored
  const { labels, annotations, finalizers, ownerReferences } = given as Partial<ObjectMeta>
  return {
    ...own,
    ...(newGeneration ? { generation: (stored.generation ?? 1) + 1 } : {}),
    ...(labels && Object.keys(labels).length > 0 ? { labels } : {}),
    ...(annotations && Object.keys(annotations).length > 0 ? { annotations } : {}),
    ...(finalizers?.length ? { finalizers } : {}),
    ...(ownerReferences?.length ? { ownerReferences } : {}),
  }
}

/** The object of a create or update, checked for kind and namespace. */
function readObject(info: RequestInfo, type: ResourceType, request: ApiRequest, verb: string): JsonObject {
  const body = readBody(request)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${type.kind}): couldn't get version/kind; json parse error`,
    )
  }
  const apiVersion = apiVersionOf(info.group, info.version)
  const { kind, apiVersion: given } = body
  if ((kind !== undefined && kind !== type.kind) || (given !== undefined && given !== apiVersion)) {
    throw badRequest(
      `${asString(kind)} in version "${asString(given).split('/').pop()}" cannot be handled as a ${type.kind}: ` +
        `no kind "${asString(kind)}" is registered for version "${asString(given)}"`,
    )
  }
  const namespace = asString(asObject(body.metadata).namespace)
  if (type.namespaced && namespace && namespace !== info.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  if (verb === 'create' && type.namespaced && info.namespace === undefined)
    throw badRequest('an empty namespace may not be set during creation')
  return { ...body, kind: type.kind, apiVersion }
}
