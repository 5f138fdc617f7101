import { bounded } from './bounded-text'

/** The parts of a Kubernetes `Status` object that callers decide by; '' where absent. */
export interface StatusBody {
  /** e.g. `NotFound`, `Conflict`, `Forbidden`, `TooManyRequests`, `Expired`; hostile text, bounded. */
  reason: string
  message: string
  code: number
  /** From `details.retryAfterSeconds`. */
  retryAfterSeconds?: number
  /** From `details.causes`, e.g. `FieldManagerConflict`, at most ten. */
  causes: string[]
}

/** Reads the body of a failed answer; undefined when it is not a `Status` (a proxy's page, a cut body). */
export function parseStatus(body: string): StatusBody | undefined {
  if (!body.startsWith('{')) return undefined
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return undefined
  }
  const status = record(value)
  if (status?.kind !== 'Status') return undefined
  const details = record(status.details)
  const causes = Array.isArray(details?.causes) ? details.causes : []
  return {
    reason: bounded(string(status.reason), 80),
    message: bounded(string(status.message), 500),
    code: typeof status.code === 'number' ? status.code : 0,
    retryAfterSeconds: typeof details?.retryAfterSeconds === 'number' ? details.retryAfterSeconds : undefined,
    causes: causes.slice(0, 10).map(cause => bounded(string(record(cause)?.reason), 80)),
  }
}

/** One line for people about an answer, e.g. `403 Forbidden: pods is forbidden`. */
export function describeAnswer(status: number, body: string): string {
  if (status < 400) return `HTTP ${status}`
  const parsed = parseStatus(body)
  if (!parsed) return bounded(`HTTP ${status}${body === '' ? '' : `: ${body.slice(0, 120)}`}`)
  return bounded(`HTTP ${status} ${parsed.reason}${parsed.message === '' ? '' : `: ${parsed.message}`}`)
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
