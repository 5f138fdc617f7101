import { createHash } from 'node:crypto'
import { normaliseServer } from './check-endpoint'
import type { ResolvedContext } from './resolve-contexts'

/** Contexts that lead to one control plane. */
export interface ClusterGroup {
  /** What tells this control plane from others; not shown. */
  identity: string
  contexts: ResolvedContext[]
}

/**
 * Contexts with the same server and certificate authority are one cluster. Where nothing pins the authority, the
 * route counts too: one private address behind two proxies may be two clusters. What has no server stands alone.
 */
export function groupClusters(contexts: ResolvedContext[]): ClusterGroup[] {
  const groups = new Map<string, ClusterGroup>()
  for (const context of contexts) {
    const identity = identityOf(context)
    const group = groups.get(identity)
    if (group) group.contexts.push(context)
    else groups.set(identity, { identity, contexts: [context] })
  }
  return [...groups.values()]
}

function identityOf(context: ResolvedContext): string {
  const { endpoint, caText } = context
  if (!endpoint) return `broken\n${context.context}`
  const server = normaliseServer(endpoint.server) ?? endpoint.server
  const pinned = caText.replace(/\s+/g, '')
  const route = pinned === '' ? `${endpoint.proxyUrl ?? ''}\n${endpoint.tlsServerName ?? ''}` : ''
  return createHash('sha256').update(`${server}\n${pinned}\n${route}`).digest('hex')
}
