import type { KubeRequest } from '../types'
import { type ResourceRef, resourcePath } from './resource-path'

type Limits = Pick<KubeRequest, 'timeoutMs' | 'connectTimeoutMs' | 'signal' | 'maxBytes'>

interface WriteOptions {
  /** Go through admission and validation, change nothing. */
  dryRun?: boolean
  fieldManager?: string
}

const dryRunQuery = (options: WriteOptions) => (options.dryRun ? 'All' : undefined)

export interface DeleteOptions extends WriteOptions {
  /** Refused with a conflict when the object is another one by now: makes a repeated delete harmless. */
  uid?: string
  resourceVersion?: string
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  gracePeriodSeconds?: number
}

function deleteBody(options: DeleteOptions): Record<string, unknown> {
  const { uid, resourceVersion, propagationPolicy, gracePeriodSeconds, dryRun } = options
  const preconditions =
    uid === undefined && resourceVersion === undefined ? undefined : { uid, resourceVersion }
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(preconditions && { preconditions }),
    ...(propagationPolicy && { propagationPolicy }),
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(dryRun && { dryRun: ['All'] }),
  }
}

/** Deletes one object, if the preconditions hold. */
export function deleteObject(
  ref: ResourceRef & { name: string },
  limits: Limits,
  options: DeleteOptions = {},
): KubeRequest {
  return { ...limits, method: 'DELETE', path: resourcePath(ref), body: deleteBody(options) }
}

/** Deletes all objects of a namespace that match a label selector, in one request. An empty selector is refused. */
export function deleteMatching(
  ref: ResourceRef & { namespace: string; name?: never },
  labelSelector: string,
  limits: Limits,
  options: Omit<DeleteOptions, 'uid' | 'resourceVersion'> = {},
): KubeRequest {
  if (labelSelector.trim() === '')
    throw new RangeError('deleteMatching needs a label selector; an empty one matches everything')
  return {
    ...limits,
    method: 'DELETE',
    path: resourcePath(ref, { labelSelector }),
    body: deleteBody(options),
  }
}

/** Creates an object; `ref` names the collection. */
export function createObject(
  ref: ResourceRef,
  body: object,
  limits: Limits,
  options: WriteOptions = {},
): KubeRequest {
  const query = { dryRun: dryRunQuery(options), fieldManager: options.fieldManager }
  return { ...limits, method: 'POST', path: resourcePath(ref, query), body }
}

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const

export interface PatchOptions extends WriteOptions {
  type: keyof typeof PATCH_TYPES
  /** Server-side apply only: take fields over from other managers. */
  force?: boolean
}

/** Patches one object or its subresource. Put `metadata.resourceVersion` into the patch to refuse a lost update. */
export function patchObject(
  ref: ResourceRef & { name: string },
  patch: object,
  limits: Limits,
  options: PatchOptions,
): KubeRequest {
  const query = { dryRun: dryRunQuery(options), fieldManager: options.fieldManager, force: options.force }
  return {
    ...limits,
    method: 'PATCH',
    path: resourcePath(ref, query),
    body: patch,
    contentType: PATCH_TYPES[options.type],
  }
}
