/** What kind of failure it is; decides the HTTP status and whether trying again can help. */
export type ErrorCode =
  | 'invalid-input'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'blocked-by-guard'
  | 'expired'
  | 'too-many-requests'
  | 'too-large'
  | 'unavailable'
  | 'internal'

const STATUS: Record<ErrorCode, number> = {
  'invalid-input': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'blocked-by-guard': 409,
  expired: 410,
  'too-large': 413,
  'too-many-requests': 429,
  internal: 500,
  unavailable: 503,
}

const TITLE: Record<ErrorCode, string> = {
  'invalid-input': 'The request is not valid',
  unauthenticated: 'Sign in first',
  forbidden: 'Not allowed for this role',
  'not-found': 'There is no such thing',
  conflict: 'Something changed in the meantime',
  'blocked-by-guard': 'A guard blocks this action',
  expired: 'This has expired',
  'too-large': 'The request is too large',
  'too-many-requests': 'Too many requests',
  internal: 'Holdfast failed',
  unavailable: 'Not available right now',
}

/** One guard that refuses, as it appears in `blockedBy`. */
export interface GuardRefusal {
  /** The rule's name, e.g. `protect.namespaces`. */
  guard: string
  /** What it found, and what to do about it, in words. */
  reason: string
}

interface ErrorOptions {
  /** How to mend it. */
  hint?: string
  /** Where it is: a JSON path, `file:line`, a header's name. */
  where?: string
  blockedBy?: GuardRefusal[]
  retryAfterSeconds?: number
  cause?: unknown
}

const BRAND = Symbol.for('holdfast.error')

/** An error whose message may be shown to whoever asked: what was wrong, where, and how to mend it. */
export class HoldfastError extends Error {
  readonly [BRAND] = true

  /** The server's parts are bundled apart, each with its own copy of this class: the brand joins them. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value
  }

  readonly hint?: string
  readonly where?: string
  readonly blockedBy?: GuardRefusal[]
  readonly retryAfterSeconds?: number

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: ErrorOptions = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'HoldfastError'
    this.hint = options.hint
    this.where = options.where
    this.blockedBy = options.blockedBy
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** An error for a terminal: what is wrong and how to mend it; the stack only of what nobody foresaw. */
export function explainError(error: unknown): string {
  if (error instanceof HoldfastError) return [error.message, error.hint].filter(Boolean).join('\n')
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** RFC 9457 problem details, with Holdfast's extension members. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  instance?: string
  code: ErrorCode
  hint?: string
  where?: string
  blockedBy?: GuardRefusal[]
}

/** Maps any thrown value to problem details; what is not a HoldfastError tells nothing of its inside. */
export function toProblem(error: unknown, instance?: string): Problem {
  const known =
    error instanceof HoldfastError
      ? error
      : new HoldfastError('internal', 'An unexpected error; the log has the details.')
  return {
    type: `https://holdfast.dev/problems/${known.code}`,
    title: TITLE[known.code],
    status: STATUS[known.code],
    detail: known.message,
    instance,
    code: known.code,
    hint: known.hint,
    where: known.where,
    blockedBy: known.blockedBy,
  }
}
