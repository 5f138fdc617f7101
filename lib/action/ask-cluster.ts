import type { Clock } from '../clock/clock'
import type { Lane } from '../fleet/types'
import type { ClusterClient, KubeRequest, KubeResult } from '../kube/types'
import type { ClusterFacts } from './ports'

/** Lanes in the order in which a look at this cluster has the best chance: past the queues once it is in distress. */
export function lanesForReading({ cluster, state }: ClusterFacts): Lane[] {
  const distressed = state === 'LockedOut' || state === 'Dark' || state === 'Overloaded'
  const rank = distressed ? { exempt: 0, direct: 1, ordinary: 2 } : { ordinary: 0, exempt: 1, direct: 2 }
  return [...cluster.lanes].sort((a, b) => rank[a.kind] - rank[b.kind])
}

/**
 * One look at a cluster within `budgetMs`: the next lane is tried only when one is not let in (401, 403) or fails at
 * once. For reads and dry runs, never for a write that shall land.
 */
export async function askCluster(
  client: ClusterClient,
  clock: Clock,
  facts: ClusterFacts,
  request: Omit<KubeRequest, 'timeoutMs'>,
  budgetMs: number,
): Promise<KubeResult | undefined> {
  const until = clock.now() + budgetMs
  let last: KubeResult | undefined
  for (const lane of lanesForReading(facts)) {
    const left = until - clock.now()
    if (left <= 0) break
    last = await client.request(lane, { ...request, timeoutMs: left, connectTimeoutMs: left })
    if (last.outcome === 'answer' && last.status !== 401 && last.status !== 403) return last
  }
  return last
}

/** The answer's body as JSON, undefined when it is none or was cut. */
export function jsonBody(result: KubeResult | undefined): Record<string, unknown> | undefined {
  if (result?.outcome !== 'answer' || result.truncated) return undefined
  try {
    const value: unknown = JSON.parse(result.body)
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
