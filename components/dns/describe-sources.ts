import { plural } from '@/lib/client/format-number'
import { span } from '@/lib/client/format-time'
import type { ClusterDnsSourcesDto, DnsSourceDto } from '@/lib/wire/dns-sources'

const ORIGINS = [
  { origin: 'probe', word: 'probe' },
  { origin: 'agent', word: 'agents' },
  { origin: 'metrics', word: 'metrics' },
] as const

export interface SourceRow extends DnsSourceDto {
  key: string
  clusterName: string
}

const heard = ({ state }: DnsSourceDto) => state === 'answering' || state === 'failing'

/**
 * By whom DNS is measured and how long ago, in a few words: `probe 4 s, agents 12 s ago`. Of several clusters, on how
 * many of them.
 */
export function summariseSources(clusters: readonly ClusterDnsSourcesDto[], nowMs: number): string {
  const parts = ORIGINS.flatMap(({ origin, word }) => {
    const own = clusters.filter(({ sources }) => sources.some(one => one.origin === origin && heard(one)))
    if (own.length === 0) return []
    if (clusters.length > 1) return [`${word} on ${own.length}`]
    const newest = own.flatMap(({ sources }) =>
      sources.filter(one => one.origin === origin && heard(one)).map(({ at }) => Date.parse(at ?? '')),
    )
    return [`${word} ${span(nowMs - Math.max(...newest))}`]
  })
  if (parts.length === 0) return 'modelled, not measured'
  if (clusters.length === 1) return `${parts.join(', ')} ago`
  const blind = clusters.filter(({ livePath, sources }) => livePath === null && !sources.some(heard)).length
  return `measured by ${parts.join(', ')} of ${plural(clusters.length, 'cluster')}${blind > 0 ? `; ${blind} only modelled` : ''}`
}

const RANK: Record<DnsSourceDto['state'], number> = {
  failing: 0,
  silent: 1,
  unreachable: 2,
  waiting: 3,
  answering: 4,
}

/** Every source, those that people should look at first. */
export function sourceRows(clusters: readonly ClusterDnsSourcesDto[]): SourceRow[] {
  return clusters
    .flatMap(({ clusterId, clusterName, sources }) =>
      sources.map(source => ({
        ...source,
        clusterName,
        key: `${clusterId} ${source.origin} ${source.name}`,
      })),
    )
    .sort((a, b) => RANK[a.state] - RANK[b.state] || b.findings.length - a.findings.length)
}
