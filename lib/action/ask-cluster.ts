import type { Clock } from '../clock/clock'
import type { Lane } from '../fleet/types'
import type { ClusterClient, KubeRequest, KubeResult } from '../kube/types'
import type { ClusterFacts } from './ports'

/**
 * A lane that has not answered by then is joined by the next. Calm servers answer these reads in 5 to 30 ms, drowning
 * ones that still serve in about 200 (measured on kube-apiserver 1.37.2), so that only queues are given up on.
 */
const HEDGE_MS = 250

/** Lanes in the order in which a look at this cluster has the best chance: past the queues once it is in distress. */
export function lanesForReading({ cluster, state }: ClusterFacts): Lane[] {
  const distressed = state === 'LockedOut' || state === 'Dark' || state === 'Overloaded'
  const rank = distressed ? { exempt: 0, direct: 1, ordinary: 2 } : { ordinary: 0, exempt: 1, direct: 2 }
  return [...cluster.lanes].sort((a, b) => rank[a.kind] - rank[b.kind])
}

/**
 * One look at a cluster within `budgetMs`: the next lane is tried at once when one is not let in (401, 403), is turned
 * away (429) or fails, and beside it when it does not answer soon. For reads and dry runs, never for a write that
 * shall land.
 * @param first the lane that answered the look before, to begin with
 */
export async function askCluster(
  client: ClusterClient,
  clock: Clock,
  facts: ClusterFacts,
  request: Omit<KubeRequest, 'timeoutMs'>,
  budgetMs: number,
  first?: string,
): Promise<KubeResult | undefined> {
  const until = clock.now() + budgetMs
  const lanes = lanesForReading(facts).sort((a, b) => Number(b.id === first) - Number(a.id === first))
  const enough = new AbortController()
  const asked = new Map<string, Promise<KubeResult>>()
  let last: KubeResult | undefined
  try {
    for (;;) {
      const left = until - clock.now()
      const next = left > 0 ? lanes.shift() : undefined
      if (next) {
        const sent = { ...request, timeoutMs: left, connectTimeoutMs: left, signal: enough.signal }
        asked.set(next.id, client.request(next, sent))
      }
      if (asked.size === 0) return last
      const wait = lanes.length > 0 && left > HEDGE_MS ? [patience(clock, enough.signal)] : []
      const ended = await Promise.race([...asked.values(), ...wait])
      if (!ended) continue
      if (isAdmitted(ended)) return ended
      if (!last || ended.outcome === 'answer') last = ended
      asked.delete(ended.laneId)
    }
  } finally {
    enough.abort(new Error('answered'))
  }
}

function isAdmitted({ outcome, status }: KubeResult): boolean {
  return outcome === 'answer' && status !== 401 && status !== 403 && status !== 429
}

function patience(clock: Clock, signal: AbortSignal): Promise<undefined> {
  return clock.sleep(HEDGE_MS, signal).then(
    () => undefined,
    () => undefined,
  )
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
