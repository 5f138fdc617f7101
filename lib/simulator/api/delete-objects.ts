import type { SimulatedCluster } from '../fleet/cluster'
import { orphanPods, podGroups } from '../fleet/pod-groups'
import { asObject, asString } from '../objects/json'
import { parseLabelSelector, SelectorError } from '../objects/label-selector'
import { rfc3339 } from '../objects/object-store'
import type { JsonObject, KubeObject, ResourceType } from '../objects/types'
import { apiVersionOf, toApiVersion } from './convert'
import { readBody, readDryRun } from './read-body'
import { findObject, listObjects, objectAnswer } from './read-objects'
import { badRequest, conflict, jsonAnswer, notFound } from './status'
import type { ApiAnswer, ApiRequest, RequestInfo } from './types'

interface Preconditions {
  uid?: string
  resourceVersion?: string
}

interface DeleteOptions extends Preconditions {
  propagation: string
}

function readOptions(info: RequestInfo, request: ApiRequest): DeleteOptions {
  const body = request.body ? asObject(readBody(request)) : {}
  const { kind } = body
  if (kind !== undefined && kind !== 'DeleteOptions') {
    throw badRequest(
      `${asString(kind)} in version "v1" cannot be handled as a DeleteOptions: converting (${asString(kind)}) to (DeleteOptions)`,
    )
  }
  const preconditions = asObject(body.preconditions)
  return {
    uid: asString(preconditions.uid) || undefined,
    resourceVersion: asString(preconditions.resourceVersion) || undefined,
    propagation: asString(body.propagationPolicy) || info.query.get('propagationPolicy') || 'Background',
  }
}

export function deleteObject(
  cluster: SimulatedCluster,
  info: RequestInfo,
  type: ResourceType,
  request: ApiRequest,
): ApiAnswer {
  const { store } = cluster
  const dryRun = readDryRun(info, request, type)
  const options = readOptions(info, request)
  const name = info.name ?? ''
  const found = findObject(cluster, type, info.namespace, name)
  if (!found) throw notFound(type.group, type.plural, name)
  checkPreconditions(type, found, options)
  if (type.id === 'pods') return deletePod(cluster, found, dryRun)

  const stored = store.get(type.id, type.namespaced ? info.namespace : undefined, name)
  if (stored && options.propagation === 'Foreground' && type.group === 'apps') {
    const marked = deleting(stored, rfc3339(cluster.now()), String(store.revision() + 1))
    if (!dryRun) store.put(type, marked)
    return objectAnswer(
      200,
      toApiVersion(cluster.present(marked), apiVersionOf(info.group, info.version)),
      request.headers.accept ?? '',
    )
  }
  if (!dryRun) {
    if (stored && options.propagation === 'Orphan') orphanPods(cluster, stored)
    if (type.id === 'namespaces') emptyNamespace(cluster, name)
    store.remove(type.id, type.namespaced ? info.namespace : undefined, name)
  }
  return jsonAnswer(200, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      ...(type.group ? { group: type.group } : {}),
      kind: type.plural,
      uid: found.metadata.uid,
    },
  })
}

/** @throws {StatusError} 409: repeating a deletion that names uid or resourceVersion is harmless */
export function checkPreconditions(
  type: ResourceType,
  { metadata }: KubeObject,
  options: Preconditions,
): void {
  const { uid, resourceVersion } = options
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`
    throw conflict(type.group, type.kind, metadata.name, why)
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`
    throw conflict(type.group, type.kind, metadata.name, why)
  }
}

/** Foreground: the object stays, marked, until its dependents are gone. */
function deleting(stored: KubeObject, at: string, resourceVersion: string): KubeObject {
  const { metadata } = stored
  if (metadata.deletionTimestamp) return stored
  return {
    ...stored,
    metadata: {
      ...metadata,
      resourceVersion,
      generation: (metadata.generation ?? 1) + 1,
      deletionTimestamp: at,
      deletionGracePeriodSeconds: 0,
      finalizers: [...(metadata.finalizers ?? []), 'foregroundDeletion'],
    },
  }
}

export function deletePod(cluster: SimulatedCluster, pod: KubeObject, dryRun: boolean): ApiAnswer {
  const callers = cluster.coupling.callers()
  const owner = pod.metadata.ownerReferences?.[0]?.uid
  if (!dryRun && owner === callers?.object.metadata.uid) cluster.coupling.deleteOneAgentPod()
  return jsonAnswer(200, {
    ...pod,
    metadata: { ...pod.metadata, deletionTimestamp: rfc3339(cluster.now()), deletionGracePeriodSeconds: 0 },
  } as JsonObject)
}

/** What goes with a namespace: all objects in it. */
function emptyNamespace(cluster: SimulatedCluster, namespace: string): void {
  const { store } = cluster
  for (const id of [
    'daemonsets.apps',
    'deployments.apps',
    'statefulsets.apps',
    'replicasets.apps',
    'controllerrevisions.apps',
    'serviceaccounts',
    'configmaps',
    'services',
    'events',
  ]) {
    for (const { metadata } of store.list(id, namespace)) store.remove(id, namespace, metadata.name)
  }
}

export function deleteCollection(
  cluster: SimulatedCluster,
  info: RequestInfo,
  type: ResourceType,
  request: ApiRequest,
): ApiAnswer {
  const dryRun = readDryRun(info, request, type)
  // The answer lists what was there, as the real server's does.
  const answer = listObjects(cluster, info, type, request.headers.accept ?? '')
  if (dryRun) return { ...answer, body: whole(answer.body) }
  const body = whole(answer.body)
  const selects = labelsOf(info)
  if (type.id === 'pods') {
    const groups = podGroups(cluster, info.namespace).filter(group => selects(group.labels))
    const callers = cluster.coupling.callers()?.object.metadata.uid
    if (groups.some(group => group.owner.uid === callers)) cluster.coupling.deleteAgentPods()
    for (const { owner, namespace } of groups) {
      const set = owner.kind === 'DaemonSet' && cluster.store.get('daemonsets.apps', namespace, owner.name)
      if (set && set.metadata.uid === owner.uid) cluster.controllers.daemonPods.deletePods(set)
    }
    cluster.orphans = cluster.orphans.filter(group => !groups.includes(group))
  } else {
    for (const { metadata } of cluster.store.list(type.id, info.namespace)) {
      if (selects(metadata.labels ?? {})) cluster.store.remove(type.id, metadata.namespace, metadata.name)
    }
  }
  return { ...answer, body }
}

function whole(body: ApiAnswer['body']): string {
  return typeof body === 'string' ? body : [...body].join('')
}

function labelsOf(info: RequestInfo) {
  try {
    return parseLabelSelector(info.query.get('labelSelector'))
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message)
    throw error
  }
}
