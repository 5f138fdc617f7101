/** One kind of object at the API, or one object of it. */
export interface ResourceRef {
  /** '' for the core group. */
  group: string
  version: string
  /** Plural, e.g. `daemonsets`. */
  resource: string
  namespace?: string
  name?: string
  /** e.g. `scale`, `status`. */
  subresource?: string
}

/** `/apis/apps/v1/namespaces/x/daemonsets/y` with every part escaped, and a query without empty values. */
export function resourcePath(
  ref: ResourceRef,
  query: Record<string, string | number | boolean | undefined> = {},
): string {
  const parts = ref.group === '' ? ['api', ref.version] : ['apis', ref.group, ref.version]
  if (ref.namespace !== undefined) parts.push('namespaces', ref.namespace)
  parts.push(ref.resource)
  if (ref.name !== undefined) parts.push(ref.name)
  if (ref.subresource !== undefined) parts.push(ref.subresource)
  const path = `/${parts.map(escapePart).join('/')}`
  const pairs = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== '' && value !== false,
  )
  const search = pairs.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&')
  return search === '' ? path : `${path}?${search}`
}

/** A part may come from a cluster: `..` must not climb, `/` must not split. */
function escapePart(part: string): string {
  return part === '.' || part === '..' ? part.replaceAll('.', '%2E') : encodeURIComponent(part)
}
