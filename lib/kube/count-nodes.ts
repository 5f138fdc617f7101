import type { Lane } from '../fleet/types'
import { listPage } from './requests/read-requests'
import type { ClusterClient, KubeRequest, KubeResult } from './types'

const NODES = { group: '', version: 'v1', resource: 'nodes' }
const PAGE = 500
/** 20,000 nodes, four times what Kubernetes supports. */
const MAX_PAGES = 40

/** How many nodes there are, or the answer that told nothing. `requests` says what it cost. */
export type NodeCount = { count: number; requests: number } | { failed: KubeResult; requests: number }

/**
 * Counts nodes at constant cost: one node's metadata and the server's `remainingItemCount`. Servers that leave it out
 * (seen on kube-apiserver 1.20.2 with the watch cache) are asked page by page, metadata only.
 */
export async function countNodes(
  client: ClusterClient,
  lane: Lane,
  limits: Pick<KubeRequest, 'timeoutMs' | 'connectTimeoutMs' | 'signal'>,
): Promise<NodeCount> {
  const ask = (limit: number, token?: string) =>
    client.request(
      lane,
      listPage(
        NODES,
        { ...limits, maxBytes: 16 * 1024 * 1024 },
        { limit, continue: token, metadataOnly: true },
      ),
    )

  const first = await ask(1)
  const page = readPage(first)
  if (!page) return { failed: first, requests: 1 }
  if (page.remaining !== undefined) return { count: page.items + page.remaining, requests: 1 }
  if (page.next === '') return { count: page.items, requests: 1 }

  let count = page.items
  let next = page.next
  for (let requests = 2; requests <= MAX_PAGES; requests++) {
    const result = await ask(PAGE, next)
    const more = readPage(result)
    if (!more) return { failed: result, requests }
    count += more.items
    if (more.remaining !== undefined) return { count: count + more.remaining, requests }
    if (more.next === '') return { count, requests }
    next = more.next
  }
  return { count, requests: MAX_PAGES }
}

interface Page {
  items: number
  next: string
  remaining?: number
}

/** Undefined when it is no list: the count is not known then. */
function readPage(result: KubeResult): Page | undefined {
  if (result.outcome !== 'answer' || result.status !== 200 || result.truncated) return undefined
  try {
    const list: { items?: unknown; metadata?: { continue?: unknown; remainingItemCount?: unknown } } =
      JSON.parse(result.body)
    const { continue: next, remainingItemCount: remaining } = list.metadata ?? {}
    return {
      items: Array.isArray(list.items) ? list.items.length : 0,
      next: typeof next === 'string' ? next : '',
      remaining: typeof remaining === 'number' ? remaining : undefined,
    }
  } catch {
    return undefined
  }
}
