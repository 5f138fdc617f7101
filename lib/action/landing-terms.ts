import type { LaneKind } from '../fleet/types'

/**
 * Terms of the landing policy. All times are milliseconds on one axis that the driver chooses.
 * Lane: one identity at one address; `balanced` when a load balancer picks the API server behind it.
 */
export interface LandingLane {
  id: string
  kind: LaneKind
  balanced: boolean
}

/** How long the ordinary canary lately waited on this cluster; absent or not admitted means distress. */
export interface CanaryHint {
  canaryP50Ms?: number
  canaryP95Ms: number
  canaryP99Ms?: number
}

/**
 * How an attempt ended. `connect-timeout` and `refused`: never written, so certainly no effect. `dead`: the
 * connection stopped answering pings. Everything but `answer` of a 2xx leaves the effect unknown or absent.
 */
export type AttemptKind = 'answer' | 'timeout' | 'connect-timeout' | 'refused' | 'reset' | 'dead'

export interface AttemptResult {
  type: 'result'
  lane: string
  kind: AttemptKind
  /** HTTP status of an `answer`. */
  status?: number
  /** False when the request was certainly never written. */
  sent?: boolean
  retryAfterMs?: number
  latencyMs?: number
  /** Body of an `answer`, for classifiers that read it. */
  body?: string
}

export type LandingEvent =
  | AttemptResult
  | { type: 'probe'; lane: string; open: boolean }
  | { type: 'wake' }
  | { type: 'stop'; reason: string }

/** `expired` and `stopped` only end the sending: a request under way may still take effect, so the shot drains. */
export type LandingVerdict = 'landed' | 'superseded' | 'refused' | 'read-back' | 'expired' | 'stopped'

export type LandingCommand =
  | { type: 'send'; lane: string; timeoutMs: number; connectTimeoutMs: number; ping: boolean }
  /** Knock at the port: a TCP connection without TLS, which only the kernel answers. */
  | { type: 'probe'; lane: string }
  | { type: 'wake'; atMs: number }
  | { type: 'done'; verdict: LandingVerdict }

/**
 * What a status says of the object that is written; null when it says nothing of it and sending goes on.
 * `read-back`: one look at the object decides between landed and superseded.
 */
export type Classify = (
  status: number,
  result: AttemptResult,
) => 'landed' | 'superseded' | 'refused' | 'read-back' | null

export interface LandingInput {
  lanes: readonly LandingLane[]
  hint?: CanaryHint
  /** Uniform in [0, 1). */
  rng: () => number
  /** The instant after which nothing is sent any more, on the driver's time axis. */
  horizonMs?: number
}

/** A pure policy: it owns no clock, timer, socket or randomness; both functions return commands to carry out. */
export interface LandingPolicy {
  start(now: number): LandingCommand[]
  on(event: LandingEvent, now: number): LandingCommand[]
}
