import { isFailure, type JobContext, type JobOutcome, toObservation } from './probe-job'
import { parseJson } from './read-workloads'

/** One object that every cluster has: 703 bytes and 4 to 6 ms of server CPU, measured on kube-apiserver 1.20.2. */
const PATH = '/api/v1/namespaces/kube-system'
/** A request may wait a quarter of 60 s in a queue of priority and fairness; a shorter deadline would hide that. */
const TIMEOUT_MS = 16_000
const SLOW_MS = 5_000

/**
 * A single-object GET as a caller like any other. Probes stay green while users starve; this alone says whether
 * callers are admitted. Its answer also carries the uid by which a cluster is known whatever its address.
 */
export async function runCanary(probe: 'canary' | 'exempt-canary', context: JobContext): Promise<JobOutcome> {
  const result = await context.ask(context.lane, { path: PATH, timeoutMs: TIMEOUT_MS, maxBytes: 65_536 })
  const failed = isFailure(result)
  context.observe(toObservation(context, probe, result))
  if (result.status === 200) {
    const uid = uidOf(parseJson(result.body))
    if (uid) {
      const { laneId, startedAt } = result
      context.learn({
        fact: 'identity',
        clusterId: context.cluster.id,
        laneId,
        at: startedAt,
        kubeSystemUid: uid,
      })
    }
  }
  return { failed, retryAfterMs: result.retryAfterMs, distress: failed || result.durationMs >= SLOW_MS }
}

function uidOf(body: unknown): string | undefined {
  const uid = (body as { metadata?: { uid?: unknown } } | undefined | null)?.metadata?.uid
  return typeof uid === 'string' && uid !== '' ? uid.slice(0, 64) : undefined
}
