import { createApiServerScan } from '../metrics/scan-api-server'
import { isFailure, type JobContext, type JobOutcome, toObservation } from './probe-job'

const TIMEOUT_MS = 30_000
const MAX_BYTES = 64 << 20

/** Scrapes `/metrics` of one API server, scanned as it streams in and never held whole. */
export async function runMetrics(context: JobContext): Promise<JobOutcome> {
  const scan = createApiServerScan({ maxBytes: MAX_BYTES })
  const result = await context.ask(context.lane, {
    path: '/metrics',
    timeoutMs: TIMEOUT_MS,
    accept: 'text/plain',
    maxBytes: MAX_BYTES,
    onChunk: scan.push,
  })
  const observation = toObservation(context, 'metrics', result)
  const complete = result.outcome === 'answer' && !result.truncated
  const sample = scan.finish({ complete })
  if (sample.keptSeries > 0) observation.sample = complete ? sample : { ...sample, cut: true }
  context.observe(observation)
  return { failed: isFailure(result) || result.status >= 400, retryAfterMs: result.retryAfterMs }
}
