import type { Classify } from './landing-terms'

/** Every number of the landing policy, in milliseconds where a time; each may be overridden for one shot. */
export interface LandingOptions {
  patienceMs: number
  connectTimeoutMs: number
  waiters: number
  hedge: boolean
  spreadMs: number
  hedgeMinMs: number
  hedgeMaxMs: number
  distressMs: number
  probeMs: number
  probeSlowMs: number
  probeFastForMs: number
  windowMs: number
  windowRetryMs: number
  windowTries: number
  baseMs: number
  capMs: number
  holdMs: number
  deniedForMs: number
  burst: number
  perMinute: number
  halfLifeMs: number
  classify: Classify
}

export const LANDING_DEFAULTS: LandingOptions = {
  // Past the API server's own request timeout of 60 s, so that the server decides and a place in its queue is kept.
  patienceMs: 65_000,
  // A drowning server takes seconds for a TLS handshake (0.9 s p95 measured); giving up wastes what it did.
  connectTimeoutMs: 20_000,
  // One waiter a server is all that helps; five API servers is the largest control plane commonly run.
  waiters: 5,
  // Several lanes at once. Off for writes that are a LIST inside, such as deletecollection.
  hedge: true,
  // In distress one waiter a server at once, a tenth of a second apart: no volley, and no time lost worth having.
  spreadMs: 100,
  // While calm, a second waiter after the canary's p95, within bounds: sooner doubles the load, later helps nobody.
  hedgeMinMs: 250,
  hedgeMaxMs: 2_000,
  // A canary slower than a second breaks the write SLO of Kubernetes: from there on coverage beats thrift.
  distressMs: 1_000,
  // TCP knocks are answered by the kernel: 5 a second while a server restarts, 1 a second once it takes long.
  probeMs: 200,
  probeSlowMs: 1_000,
  probeFastForMs: 60_000,
  // A server that listens again is free for 1.5–8 s before its callers are back; RBAC and informers still load.
  windowMs: 10_000,
  windowRetryMs: 250,
  windowTries: 12,
  // Decorrelated jitter after failures that say "busy": short enough for lulls of seconds, long enough not to press.
  baseMs: 400,
  capMs: 8_000,
  // A lane that is back within two seconds keeps its place, else a second waiter doubles up at another server.
  holdMs: 2_000,
  // A restarted server answers 403 until RBAC is loaded (seconds); what lasts half a minute is a real refusal.
  deniedForMs: 30_000,
  // The load budget on one cluster: six attempts at once, then one every 2.5 s.
  burst: 6,
  perMinute: 24,
  // Admission shares older than a minute say little of a server that restarts every few.
  halfLifeMs: 60_000,
  // DELETE by name and uid. 404: gone, whoever removed it. 409: another object bears the name, never insist.
  classify: status =>
    (status >= 200 && status < 300) || status === 404 ? 'landed' : status === 409 ? 'superseded' : null,
}
