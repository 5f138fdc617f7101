import type { Finding, LikelyCause, ReasonCode } from './types'
import type { ReplicaHistory } from './window'

/** Most of the requests' time is spent waiting for etcd. */
const ETCD_SHARE = 0.5
/** Reads in flight that show a crowd of callers rather than a slow store. */
const CROWD = 10

const CALLER_CODES: ReasonCode[] = [
  'apf.rejecting',
  'apf.saturated',
  'apf.queueing',
  'requests.piling',
  'canary.rejected',
]

/**
 * Where the trouble sits. Under a storm of callers etcd gets slow as well, so etcd is blamed only when it takes most
 * of the requests' time or its own check fails while no crowd of reads is in flight.
 */
export function likelyCause(
  findings: readonly Finding[],
  replicas: readonly ReplicaHistory[],
): LikelyCause | undefined {
  const codes = new Set(findings.filter(f => f.pushes !== 'Healthy').map(f => f.code))
  const loads = replicas.flatMap(replica => replica.pressure?.load ?? [])
  const crowd = loads.some(
    load => (load.inFlightReads ?? 0) >= CROWD * 2 && (load.etcdShare ?? 0) < ETCD_SHARE,
  )
  const etcdWaits = loads.some(load => (load.etcdShare ?? 0) >= ETCD_SHARE)
  if (codes.has('etcd.failing') && !crowd) return 'etcd'
  if (codes.has('etcd.slow') && etcdWaits && !crowd) return 'etcd'
  if (CALLER_CODES.some(code => codes.has(code)) || crowd) return 'callers'
  if (codes.has('zone.lost')) return 'zone'
  if (codes.has('webhook.down') || codes.has('webhook.slow')) return 'webhook'
  if (codes.has('etcd.slow')) return 'etcd'
  return codes.has('server.restarted') || codes.has('server.memory') ? 'server' : undefined
}
