import type { KubeRequest } from '../types'
import { type ResourceRef, resourcePath } from './resource-path'

type Limits = Pick<KubeRequest, 'timeoutMs' | 'connectTimeoutMs' | 'signal' | 'maxBytes'>

const METADATA_OBJECT = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json'
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json'

/** The server's version; served even to callers without rights. */
export function getVersion(limits: Limits): KubeRequest {
  return { ...limits, method: 'GET', path: '/version' }
}

/** One object, or only its metadata. */
export function getObject(
  ref: ResourceRef & { name: string },
  limits: Limits,
  options: { metadataOnly?: boolean } = {},
): KubeRequest {
  return {
    ...limits,
    method: 'GET',
    path: resourcePath(ref),
    accept: options.metadataOnly ? METADATA_OBJECT : undefined,
  }
}

export interface ListOptions {
  limit: number
  /** From the page before. */
  continue?: string
  labelSelector?: string
  fieldSelector?: string
  /** `0` lets the API server answer from its watch cache, sparing etcd; such an answer ignores `limit`. */
  resourceVersion?: string
  metadataOnly?: boolean
}

/** One page of a list. Always limited: an unlimited LIST of a large kind is what brings API servers down. */
export function listPage(ref: ResourceRef, limits: Limits, options: ListOptions): KubeRequest {
  const { metadataOnly, ...query } = options
  return {
    ...limits,
    method: 'GET',
    path: resourcePath(ref, query),
    accept: metadataOnly ? METADATA_LIST : undefined,
  }
}

/** Who the server takes us for (SelfSubjectReview, Kubernetes ≥ 1.28); creates nothing. */
export function whoAmI(limits: Limits): KubeRequest {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  return { ...limits, method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body }
}
