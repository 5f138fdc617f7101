import { z } from 'zod'
import { isoTime } from './time'

/** One who tells what DNS does in a cluster, apart from its API server. */
export const dnsSourceDto = z.object({
  /** `probe`: asked from here; `agent`: asked inside the cluster; `metrics`: told by CoreDNS or a node cache. */
  origin: z.enum(['probe', 'agent', 'metrics']),
  name: z.string(),
  /** `unreachable`: nothing ever answered it; `silent`: it has told nothing for a while, which is no failure of DNS. */
  state: z.enum(['answering', 'failing', 'unreachable', 'silent', 'waiting']),
  /** Of the newest word. */
  at: isoTime.nullable(),
  /** Since when it sees DNS fail. */
  failingSince: isoTime.nullable(),
  text: z.string(),
  /** What people should know, worst first. */
  findings: z.array(z.string()),
})
export type DnsSourceDto = z.infer<typeof dnsSourceDto>

export const clusterDnsSourcesDto = z.object({
  clusterId: z.string(),
  clusterName: z.string(),
  /** What all of them together say; null when nobody has spoken of late. */
  livePath: z.enum(['answering', 'failing', 'unreachable']).nullable(),
  /** Lookups at a node cache as measured; null while they are assumed. */
  traffic: z.object({ lookupsPerSecond: z.number(), names: z.number().int() }).nullable(),
  sources: z.array(dnsSourceDto),
})
export type ClusterDnsSourcesDto = z.infer<typeof clusterDnsSourcesDto>

/** `GET /api/v1/dns-sources` */
export const dnsSourcesDto = z.object({ at: isoTime, clusters: z.array(clusterDnsSourcesDto) })
export type DnsSourcesDto = z.infer<typeof dnsSourcesDto>
