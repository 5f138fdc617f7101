import type { CacheLayer } from '../../dns/chain/types'
import type { ClusterFuse } from '../../dns/types'
import type { ClusterDetailDto } from '../../wire/cluster-detail'
import type { ClusterRecord } from '../cluster-record'

type Row = ClusterDetailDto['dnsChain'][number]

/** The chain from programs down to the API server, each layer with how long it keeps a name. */
export function dnsChainDto(record: ClusterRecord, fuse: ClusterFuse | undefined, now: number): Row[] {
  const { chain } = record
  const burning: Row['state'] = fuse?.state === 'Dry' ? 'lost' : fuse?.state === 'Burning' ? 'burning' : 'ok'
  const rows: Row[] = []
  if (chain.applicationTtlSeconds > 0)
    rows.push({
      layer: 'Apps',
      text: `keep names ${chain.applicationTtlSeconds} s (declared)`,
      state: burning,
      figure: '',
    })
  rows.push(
    chain.nodeCache
      ? { layer: 'Node cache', text: layerText(chain.nodeCache), state: burning, figure: shareOf(fuse) }
      : { layer: 'Node cache', text: 'none: every name depends on CoreDNS', state: 'unknown', figure: '' },
  )
  rows.push({
    layer: 'CoreDNS',
    text: chain.coreDns
      ? `${layerText(chain.coreDns)}, records ${chain.authorityTtlSeconds} s`
      : 'does not serve this zone',
    state: fuse?.t0At !== undefined && fuse.state !== 'Fresh' ? 'lost' : 'ok',
    figure: fuse?.t0At !== undefined ? `T0 ${fuse.t0Basis ?? 'assumed'}` : '',
  })
  const lostFor = typeof record.apiLostAt === 'number' ? Math.max(0, now - record.apiLostAt) : undefined
  rows.push({
    layer: 'API server',
    text: lostFor === undefined ? 'serves callers' : 'lost: nothing new can be learnt',
    state: record.apiLostAt === undefined ? 'unknown' : lostFor === undefined ? 'ok' : 'lost',
    figure: lostFor === undefined ? '' : `for ${Math.floor(lostFor / 60_000)} min`,
  })
  return rows
}

function layerText(layer: CacheLayer): string {
  const parts = [`TTL ${layer.ttlSeconds} s`, `denial ${layer.denialTtlSeconds} s`]
  if (layer.serveStale) parts.push(`stale ${layer.serveStale.durationSeconds} s`)
  if (layer.prefetch) parts.push('prefetch')
  return parts.join(', ')
}

function shareOf(fuse: ClusterFuse | undefined): string {
  return fuse && fuse.state !== 'Fresh' ? `${Math.round(fuse.resolvable.p50 * 100)} % resolve` : ''
}
