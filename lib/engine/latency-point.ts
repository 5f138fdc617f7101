import type { Observation } from '../probe/types'

export interface LatencyPoint {
  at: number
  probe: 'livez' | 'readyz' | 'canary' | 'exempt-canary'
  /** undefined: no answer. */
  ms?: number
  outcome: string
}

/** What the latency chart shows of an observation; undefined for probes that are not in it. */
export function latencyPoint({
  probe,
  at,
  outcome,
  status,
  durationMs,
}: Observation): LatencyPoint | undefined {
  if (probe === 'metrics' || probe === 'inventory') return undefined
  const answered = outcome === 'answer'
  return { at, probe, ms: answered ? durationMs : undefined, outcome: answered ? String(status) : outcome }
}
