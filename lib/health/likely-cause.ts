import type { Finding, LikelyCause, ReasonCode, Verdict } from './types'
import type { ReplicaHistory } from './window'

/** Most of the requests' time is spent waiting for etcd. */
const ETCD_SHARE = 0.5

/** Only callers make an API server do these; memory goes into the answers to large LISTs. */
const CALLER_CODES: ReasonCode[] = [
  'apf.rejecting',
  'apf.saturated',
  'apf.queueing',
  'requests.piling',
  'canary.rejected',
]

/**
 * Where the trouble sits, as far as the evidence tells. Whatever it began with, in the end etcd is slow, servers
 * restart and addresses are lost; so the cause that was seen first stays until the trouble is over.
 */
export function likelyCause(
  findings: readonly Finding[],
  replicas: readonly ReplicaHistory[],
  previous: Verdict | undefined,
): LikelyCause | undefined {
  const known = previous?.cause
  if (known === 'callers' || known === 'etcd' || known === 'webhook') return known
  return causeNow(findings, replicas) ?? known
}

function causeNow(
  findings: readonly Finding[],
  replicas: readonly ReplicaHistory[],
): LikelyCause | undefined {
  const codes = new Set(findings.filter(f => f.pushes !== 'Healthy').map(f => f.code))
  const etcdWaits = replicas.some(replica => (replica.pressure?.load.etcdShare ?? 0) >= ETCD_SHARE)
  if (codes.has('server.memory')) return 'callers'
  // Requests also pile up behind a slow store, so this comes before what is in flight.
  if (codes.has('etcd.slow') && etcdWaits) return 'etcd'
  if (CALLER_CODES.some(code => codes.has(code))) return 'callers'
  if (codes.has('webhook.down') || codes.has('webhook.slow')) return 'webhook'
  if (codes.has('server.restarted')) return 'server'
  if (codes.has('zone.lost')) return 'zone'
  return codes.has('etcd.slow') || codes.has('etcd.failing') ? 'etcd' : undefined
}
