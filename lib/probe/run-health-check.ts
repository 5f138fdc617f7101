import { isFailure, type JobContext, type JobOutcome, toObservation } from './probe-job'
import { readFailedChecks } from './read-failed-checks'

const TIMEOUT_MS = 10_000

/**
 * Asks `/livez` or `/readyz`. Only these exact paths are exempt from priority and fairness; `/readyz/etcd` is not.
 * When it fails without naming the checks, `?verbose` is asked once in that episode.
 */
export async function runHealthCheck(check: 'livez' | 'readyz', context: JobContext): Promise<JobOutcome> {
  const { lane, ask, memory, observe } = context
  const result = await ask(lane, { path: `/${check}`, timeoutMs: TIMEOUT_MS, maxBytes: 16_384 })
  const observation = toObservation(context, check, result)
  const failed = isFailure(result)
  if (!failed) memory.askedVerbose = false
  else if (result.outcome === 'answer' && result.status >= 500) {
    let names = readFailedChecks(result.body)
    if (names.length === 0 && !memory.askedVerbose) {
      memory.askedVerbose = true
      const verbose = await ask(lane, { path: `/${check}?verbose`, timeoutMs: TIMEOUT_MS, maxBytes: 16_384 })
      names = readFailedChecks(verbose.body)
    }
    if (names.length > 0) observation.failedChecks = names
  }
  observe(observation)
  return { failed, distress: failed }
}
