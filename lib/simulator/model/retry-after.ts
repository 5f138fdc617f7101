import type { ModelServer } from './types'

const LONGEST_SECONDS = 32
/** Rejections a second from which the wait is doubled, and below which it shrinks. */
const MANY = 3
const FEW = 1

/**
 * What a priority level tells those it rejects: doubled, at most once in its own length, while three a second are
 * rejected, and a second less for each second with fewer than one (kubernetes/apiserver, dropped_requests_tracker.go).
 * @param rejected telemetry requests rejected in this second
 */
export function noteRejections(server: ModelServer, second: number, rejected: number): void {
  const wait = server.retryAfterSeconds
  server.rejectRate += (rejected - server.rejectRate) / wait
  if (rejected <= 0) return
  if (server.rejectRate >= MANY && second - server.retryAfterGrewAt >= wait) {
    server.retryAfterSeconds = Math.min(LONGEST_SECONDS, 2 * wait)
    server.retryAfterGrewAt = second
  } else if (server.rejectRate < FEW && wait > 1) {
    server.retryAfterSeconds = wait - 1
  }
}
