import type { RequestInfo } from '../api/types'

const VERBS: Record<string, string> = {
  get: 'GET',
  list: 'LIST',
  watch: 'WATCH',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETECOLLECTION',
}
/** Paths outside the API that are counted by name. */
const PATHS = new Set(['/livez', '/readyz', '/healthz', '/metrics'])

interface ServerCounts {
  startedAt: number
  requests: Map<string, number>
  rejections: Map<string, { flowSchema: string; priorityLevel: string; total: number }>
}

const labelsOf = new WeakMap<RequestInfo, string>()

/** Counts what was really asked of each server, besides the callers that the model imagines. */
export class ServedRequests {
  readonly #servers = new Map<number, ServerCounts>()

  count(server: number, startedAt: number, info: RequestInfo, code: number): void {
    const labels = labelsOf.get(info) ?? makeLabels(info)
    labelsOf.set(info, labels)
    if (labels === '') return
    const { requests } = this.#of(server, startedAt)
    const key = `code="${code}",${labels}`
    requests.set(key, (requests.get(key) ?? 0) + 1)
  }

  countRejection(server: number, startedAt: number, flowSchema: string, priorityLevel: string): void {
    const { rejections } = this.#of(server, startedAt)
    const total = rejections.get(flowSchema)?.total ?? 0
    rejections.set(flowSchema, { flowSchema, priorityLevel, total: total + 1 })
  }

  requests(server: number, startedAt: number): ReadonlyMap<string, number> {
    return this.#of(server, startedAt).requests
  }

  rejections(
    server: number,
    startedAt: number,
  ): { flowSchema: string; priorityLevel: string; total: number }[] {
    return [...this.#of(server, startedAt).rejections.values()]
  }

  /** Counters begin anew with their process. */
  #of(server: number, startedAt: number): ServerCounts {
    const known = this.#servers.get(server)
    if (known?.startedAt === startedAt) return known
    const fresh = { startedAt, requests: new Map(), rejections: new Map() }
    this.#servers.set(server, fresh)
    return fresh
  }
}

function makeLabels(info: RequestInfo): string {
  if (!info.isResource) {
    if (!PATHS.has(info.path)) return ''
    return `component="",dry_run="",group="",resource="",scope="",subresource="${info.path}",verb="GET",version=""`
  }
  // Strangers' words never become labels: there would be no end of them.
  if (!info.type || !VERBS[info.verb]) return ''
  const { type, subresource } = info
  const dryRun = info.query.get('dryRun') === 'All' ? 'All' : ''
  const outer = info.namespace === undefined ? 'cluster' : 'namespace'
  const scope = info.name !== undefined || info.verb === 'create' ? 'resource' : outer
  const known = ['scale', 'status'].includes(subresource) ? subresource : ''
  return `component="apiserver",dry_run="${dryRun}",group="${type.group}",resource="${type.plural}",scope="${scope}",subresource="${known}",verb="${VERBS[info.verb]}",version="${/^v\d\w*$/.test(info.version) ? info.version : ''}"`
}
