import { describe, expect, it } from 'vitest'
import type { ClusterDnsSourcesDto, DnsSourceDto } from '@/lib/wire/dns-sources'
import { sourceRows, summariseSources } from './describe-sources'

const NOW = Date.parse('2024-12-11T23:00:00Z')

function source(
  origin: DnsSourceDto['origin'],
  ageSeconds: number,
  more: Partial<DnsSourceDto> = {},
): DnsSourceDto {
  return {
    origin,
    name: `${origin} ${ageSeconds}`,
    state: 'answering',
    at: new Date(NOW - ageSeconds * 1000).toISOString(),
    failingSince: null,
    text: 'CoreDNS answers',
    findings: [],
    ...more,
  }
}

const cluster = (id: string, ...sources: DnsSourceDto[]): ClusterDnsSourcesDto => ({
  clusterId: id,
  clusterName: id,
  livePath: sources.length > 0 ? 'answering' : null,
  traffic: null,
  sources,
})

describe('who DNS is known from', () => {
  it('says by whom and how long ago, the newest word of each kind', () => {
    const one = cluster('a', source('probe', 4), source('agent', 40), source('agent', 12))
    expect(summariseSources([one], NOW)).toBe('probe 4\u00a0s, agents 12\u00a0s ago')
  })

  it('does not count the silent as measuring', () => {
    const silent = source('agent', 600, { state: 'silent' })
    expect(summariseSources([cluster('a', silent)], NOW)).toBe('modelled, not measured')
    expect(summariseSources([cluster('a', silent, source('metrics', 9))], NOW)).toBe('metrics 9\u00a0s ago')
    expect(summariseSources([cluster('a')], NOW)).toBe('modelled, not measured')
    expect(summariseSources([], NOW)).toBe('modelled, not measured')
  })

  it('counts clusters when there are several', () => {
    const all = [
      cluster('a', source('probe', 4)),
      cluster('b', source('probe', 4), source('agent', 3)),
      cluster('c'),
    ]
    expect(summariseSources(all, NOW)).toBe(
      'measured by probe on 2, agents on 1 of 3 clusters; 1 only modelled',
    )
  })

  it('puts first what people should look at', () => {
    const rows = sourceRows([
      cluster('a', source('probe', 1), source('metrics', 2, { findings: ['answers 9 % with SERVFAIL'] })),
      cluster('b', source('agent', 900, { state: 'silent' }), source('probe', 3, { state: 'failing' })),
    ])
    expect(rows.map(({ clusterName, origin }) => `${clusterName} ${origin}`)).toEqual([
      'b probe',
      'b agent',
      'a metrics',
      'a probe',
    ])
  })
})
