import type { SimulatedCluster } from '../fleet/cluster'
import { NODE_CACHE_ADDRESS } from '../model/corefiles'
import { type CoreDnsMetrics, coreDnsMetrics, nodeCacheMetrics } from '../model/dns-metrics'
import { Exposition } from './exposition'

/** The DNS servers of a cluster whose `/metrics` can be read without its API server. */
export const DNS_SERVERS = ['coredns', 'node-cache'] as const
export type DnsServer = (typeof DNS_SERVERS)[number]

const VERSION = '1.11.3'
const HOST_API = 'https://10.96.0.1:443'

/** What `/metrics` of one of them says now, in CoreDNS' own families and labels; undefined while it does not run. */
export function dnsText(cluster: SimulatedCluster, server: DnsServer): string | undefined {
  const out = new Exposition()
  if (server === 'node-cache') writeNodeCache(out, cluster)
  else {
    const figures = coreDnsMetrics(cluster.model)
    if (!figures) return undefined
    writeCoreDns(out, cluster, figures)
  }
  return out.toString()
}

type Series = [labels: string, value: number]

/** Figures of one block of zones. */
interface Zone {
  /** Of the listener, `dns://:53`. */
  server: string
  zone: string
  hits: { success: number; denial: number }
  misses: number
  entries: { success: number; denial: number }
  responses: Readonly<Record<string, number>>
}

function writeNodeCache(out: Exposition, cluster: SimulatedCluster): void {
  const { startSecond, successHits, denialHits, misses, responses, outside, ...entries } = nodeCacheMetrics(
    cluster.model,
  )
  const server = `dns://${NODE_CACHE_ADDRESS}:53`
  writeProcess(out, cluster, startSecond, ['cache', 'errors', 'forward', 'loop', 'prometheus'])
  writeZones(out, [
    {
      server,
      zone: 'cluster.local.',
      hits: { success: successHits, denial: denialHits },
      misses,
      entries: { success: entries.successEntries, denial: entries.denialEntries },
      responses,
    },
    {
      server,
      zone: '.',
      hits: { success: outside.hits, denial: 0 },
      misses: outside.misses,
      entries: { success: outside.entries, denial: 0 },
      responses: { NOERROR: outside.hits + outside.misses },
    },
  ])
}

function writeCoreDns(out: Exposition, cluster: SimulatedCluster, figures: CoreDnsMetrics): void {
  const { startSecond, hits, misses, entries, responses, apiAnswers, apiErrors } = figures
  writeProcess(out, cluster, startSecond, ['cache', 'errors', 'forward', 'kubernetes', 'loop', 'prometheus'])
  writeZones(out, [
    {
      server: 'dns://:53',
      zone: '.',
      hits: { success: 0, denial: hits },
      misses,
      entries: { success: Math.round(entries / 4), denial: entries - Math.round(entries / 4) },
      responses,
    },
  ])
  const family = 'coredns_kubernetes_rest_client_requests_total'
  out.family(family, 'counter', 'Number of HTTP requests, partitioned by status code, method, and host.')
  if (apiAnswers > 0) out.series(family, `code="200",host="${HOST_API}",method="GET"`, apiAnswers)
  if (apiErrors > 0) out.series(family, `code="<error>",host="${HOST_API}",method="GET"`, apiErrors)
}

function writeProcess(
  out: Exposition,
  { startAt }: SimulatedCluster,
  startSecond: number,
  plugins: readonly string[],
): void {
  out.family('process_start_time_seconds', 'gauge', 'Start time of the process since unix epoch in seconds.')
  out.series('process_start_time_seconds', '', startAt / 1000 + startSecond)
  out.family(
    'coredns_build_info',
    'gauge',
    "A metric with a constant '1' value labeled by version, revision, and goversion from which CoreDNS was built.",
  )
  out.series('coredns_build_info', `goversion="go1.21.11",revision="a6338e9",version="${VERSION}"`, 1)
  out.family(
    'coredns_plugin_enabled',
    'gauge',
    'A metric that indicates whether a plugin is enabled on per server and zone basis.',
  )
  for (const name of plugins)
    out.series('coredns_plugin_enabled', `name="${name}",server="dns://:53",view="",zone="."`, 1)
}

function writeZones(out: Exposition, zones: readonly Zone[]): void {
  const labels = ({ server, zone }: Zone, more: string, name = 'zones') =>
    `server="${server}",${more}view="",${name}="${zone}"`
  const asked = ({ hits, misses }: Zone) => hits.success + hits.denial + misses
  const each = (family: string, type: 'counter' | 'gauge', help: string, write: (zone: Zone) => Series[]) => {
    out.family(family, type, help)
    for (const zone of zones)
      for (const [labelled, value] of write(zone)) if (value > 0) out.series(family, labelled, value)
  }
  const byKind = (zone: Zone, { success, denial }: Zone['hits']): Series[] => [
    [labels(zone, 'type="success",'), success],
    [labels(zone, 'type="denial",'), denial],
  ]
  each('coredns_cache_entries', 'gauge', 'The number of elements in the cache.', zone =>
    byKind(zone, zone.entries),
  )
  each('coredns_cache_hits_total', 'counter', 'The count of cache hits.', zone => byKind(zone, zone.hits))
  each(
    'coredns_cache_misses_total',
    'counter',
    'The count of cache misses. Deprecated, derive misses from cache hits/requests counters.',
    zone => [[labels(zone, ''), zone.misses]],
  )
  each('coredns_cache_requests_total', 'counter', 'The count of cache requests.', zone => [
    [labels(zone, ''), asked(zone)],
  ])
  each(
    'coredns_dns_requests_total',
    'counter',
    'Counter of DNS requests made per zone, protocol and family.',
    zone =>
      ['A', 'AAAA'].map((type, i) => [
        `family="1",proto="udp",server="${zone.server}",type="${type}",view="",zone="${zone.zone}"`,
        Math.floor((asked(zone) + i) / 2),
      ]),
  )
  each('coredns_dns_responses_total', 'counter', 'Counter of response status codes.', zone =>
    Object.entries(zone.responses).map(([rcode, value]) => [
      labels(zone, `plugin="",rcode="${rcode}",`, 'zone'),
      value,
    ]),
  )
}
