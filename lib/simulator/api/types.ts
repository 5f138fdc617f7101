import type { ResourceType } from '../objects/types'

/** Who asks, as authentication found out. */
export interface Identity {
  user: string
  groups: readonly string[]
}

/** What a request is about, in the terms of authorization and of priority and fairness. */
export interface RequestInfo {
  method: string
  /** Without the query. */
  path: string
  query: URLSearchParams
  /** Below /api or /apis, with at least a resource. */
  isResource: boolean
  /** `get list watch create update patch delete deletecollection`, or the method in lower case for other paths. */
  verb: string
  group: string
  version: string
  resource: string
  subresource: string
  namespace?: string
  name?: string
  /** Undefined when the server knows no such resource. */
  type?: ResourceType
}

/** One HTTP request as it reaches one cluster. */
export interface ApiRequest {
  /** Index of the API server that was asked directly; `balanced` = through the load balancer. */
  server: number | 'balanced'
  /** `invalid`: credentials were given but nobody knows them. */
  identity: Identity | 'invalid'
  method: string
  /** With its query. */
  path: string
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>
  body?: string
}

export interface ApiAnswer {
  status: number
  headers: Record<string, string>
  /** Pieces when it is too large to be held whole. */
  body: string | Iterable<string>
}
