import type { ClusterFilter } from '../../fleet/play-schema'
import type { PlayCluster } from './types'

/** Clusters that are in one of each list that the filter has. */
export function matchClusters(filter: ClusterFilter, clusters: readonly PlayCluster[]): PlayCluster[] {
  const { states, cause, dataPlane } = filter
  return clusters.filter(
    one =>
      (!states || states.includes(one.state)) &&
      (!cause || (one.cause !== undefined && cause.includes(one.cause))) &&
      (!dataPlane || dataPlane.includes(one.dataPlane)),
  )
}

/** `locked out or dark, by etcd`: for a sentence that ends with it. */
export function filterText({ states, cause, dataPlane }: ClusterFilter): string {
  const parts = [
    ...(states ? [states.map(state => STATE_WORDS[state]).join(' or ')] : []),
    ...(dataPlane ? [`${dataPlane.map(state => state.toLowerCase()).join(' or ')} in its DNS`] : []),
    ...(cause ? [`in trouble by ${cause.map(one => CAUSE_WORDS[one]).join(' or ')}`] : []),
  ]
  return parts.join(', ') || 'known'
}

const STATE_WORDS: Record<PlayCluster['state'], string> = {
  Healthy: 'healthy',
  Strained: 'strained',
  Overloaded: 'overloaded',
  LockedOut: 'locked out',
  Dark: 'dark',
  Recovering: 'recovering',
  Unknown: 'unknown',
}

const CAUSE_WORDS: Record<NonNullable<PlayCluster['cause']>, string> = {
  callers: 'its callers',
  etcd: 'etcd',
  webhook: 'an admission webhook',
  zone: 'a lost zone',
  server: 'an API server',
}
