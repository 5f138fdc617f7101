import { findResource } from '../objects/resource-table'
import type { RequestInfo } from './types'

const VERBS: Record<string, [one: string, many: string]> = {
  GET: ['get', 'list'],
  HEAD: ['get', 'list'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['delete', 'deletecollection'],
}

const NO_QUERY = new URLSearchParams()
const CACHE_LIMIT = 20_000
const cache = new Map<string, RequestInfo>()

/** Reads method and path as kube-apiserver's RequestInfo resolver does. Results are shared: do not change them. */
export function parseRequest(method: string, url: string): RequestInfo {
  const key = `${method} ${url}`
  const known = cache.get(key)
  if (known) return known
  const info = read(method, url)
  if (cache.size >= CACHE_LIMIT) cache.clear()
  cache.set(key, info)
  return info
}

function read(method: string, url: string): RequestInfo {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const query = mark < 0 ? NO_QUERY : new URLSearchParams(url.slice(mark + 1))
  const other: RequestInfo = {
    method,
    path,
    query,
    isResource: false,
    verb: method.toLowerCase(),
    group: '',
    version: '',
    resource: '',
    subresource: '',
  }
  const parts = path.split('/').filter(Boolean).map(decode)
  const isCore = parts[0] === 'api'
  if (!isCore && parts[0] !== 'apis') return other
  const rest = parts.slice(isCore ? 2 : 3)
  if (rest.length === 0) return other
  const group = isCore ? '' : (parts[1] ?? '')
  const version = (isCore ? parts[1] : parts[2]) ?? ''

  let namespace: string | undefined
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1]
    // `/namespaces/x` and `/namespaces/x/status` are about the namespace itself.
    if (rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize') rest.splice(0, 2)
  }
  const [resource = '', name, subresource = ''] = rest
  const [one, many] = VERBS[method] ?? [other.verb, other.verb]
  let verb = name === undefined ? many : one
  if (verb === 'list' && isTrue(query.get('watch'))) verb = 'watch'
  return {
    ...other,
    isResource: true,
    verb,
    group,
    version,
    resource,
    subresource,
    namespace,
    name,
    type: findResource(group, resource),
  }
}

function isTrue(value: string | null): boolean {
  return value === '' || value === 'true' || value === '1'
}

/** Where an escape is broken the text is taken as it stands; it names nothing that exists. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
