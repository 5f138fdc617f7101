import type { Observation } from '../probe/types'

/** From this share of a wait on, our own lag may be the cause of it. */
const OUR_SHARE = 0.5

/**
 * Whether a caller was served. A 403 or 404 was: priority and fairness lets requests in before authorization looks.
 * `inconclusive`: our own credentials, trust or shutdown stood in the way, so it says nothing about the cluster.
 */
export function admissionOf(o: Observation): 'served' | 'unserved' | 'inconclusive' {
  if (o.outcome === 'answer') {
    if (o.status === 401) return 'inconclusive'
    return o.status === 429 || o.status >= 500 ? 'unserved' : 'served'
  }
  return isOwnTrouble(o) ? 'inconclusive' : 'unserved'
}

export function isOwnTrouble(o: Observation): boolean {
  return o.outcome === 'tls' || o.outcome === 'credentials' || o.outcome === 'aborted' || isOurDelay(o)
}

/** A deadline that passed while this process did not get to run says nothing about the server. */
export function isOurDelay(o: Observation): boolean {
  const waited = o.outcome === 'timeout' || o.outcome === 'connect-timeout'
  return waited && (o.lagMs ?? 0) >= o.durationMs * OUR_SHARE
}

/** How long the server took, as far as it can be told. */
export function waitOf(o: Observation): number {
  return Math.max(0, o.durationMs - (o.lagMs ?? 0))
}

/** When it was known, which is the time of the evidence. */
export function endedAt(o: Observation): number {
  return o.at + o.durationMs
}
