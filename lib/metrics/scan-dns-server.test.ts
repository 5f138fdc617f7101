import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDnsServerScan } from './scan-dns-server'

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url)), 'utf8')

function scan(text: string, complete = true, limits = {}) {
  const reader = createDnsServerScan(limits)
  reader.push(Buffer.from(text))
  return reader.finish({ complete })
}

describe('createDnsServerScan', () => {
  it('reads a real CoreDNS 1.15 that cannot reach its API server', () => {
    expect(scan(fixture('coredns-1.15.0-without-api.txt'))).toMatchObject({
      version: '1.15.0',
      servesCluster: true,
      processStartAt: 1_795_380_572_510,
      apiRequestsByCode: { '<error>': 11 },
      responsesByRcode: { SERVFAIL: 1 },
      caches: [{ zones: '.', requests: 1, misses: 1, successEntries: 0, denialEntries: 1 }],
      upstreamsBroken: 0,
      reloadsFailed: 0,
      cut: undefined,
      damage: undefined,
    })
  })

  it('reads a real node cache, and does not take it for CoreDNS itself', () => {
    expect(scan(fixture('node-cache-1.15.0.txt'))).toMatchObject({
      servesCluster: false,
      caches: [{ zones: 'cluster.local.', requests: 2, hits: 1, misses: 1, denialEntries: 1 }],
      responsesByRcode: { SERVFAIL: 2, REFUSED: 3 },
      servfailsByZone: { 'cluster.local.': 2 },
      apiRequestsByCode: {},
    })
  })

  it('reads the names of older versions, and takes the Corefile in force from its reloads', () => {
    const sample = scan(
      [
        'coredns_build_info{version="1.8.0"} 1',
        'coredns_cache_hits_total{server="dns://:53",type="success"} 90',
        'coredns_cache_hits_total{server="dns://:53",type="denial"} 5',
        'coredns_cache_misses_total{server="dns://:53"} 5',
        'coredns_cache_evictions_total{server="dns://:53",type="success"} 4',
        'coredns_cache_evictions_total{server="dns://:53",type="denial"} 70',
        'coredns_forward_healthcheck_failures_total{to="10.0.0.1:53"} 3',
        'rest_client_requests_total{code="200",method="GET",host="10.96.0.1:443"} 7',
        'coredns_reload_version_info{hash="sha512",value="old"} 0',
        'coredns_reload_version_info{hash="sha512",value="new"} 1',
        '',
      ].join('\n'),
    )
    expect(sample).toMatchObject({
      servesCluster: true,
      caches: [{ zones: '', hits: 95, successHits: 90, misses: 5, successEvictions: 4 }],
      upstreamFailures: 3,
      apiRequestsByCode: { 200: 7 },
      reloadVersion: 'new',
    })
  })

  it('says of a page that is none of CoreDNS that it is none', () => {
    expect(scan('<html>hello</html>\n').damage).toContain('no series of CoreDNS')
    expect(scan('').damage).toBe('no series of CoreDNS in it')
  })

  it('bounds what a hostile server makes it hold', () => {
    const lines = Array.from({ length: 5_000 }, (_, i) =>
      [
        `coredns_cache_hits_total{zones="${i}.${'z'.repeat(900)}"} 1`,
        `coredns_dns_responses_total{rcode="R${i}"} 1`,
        `rest_client_requests_total{code="${i}"} 1`,
      ].join('\n'),
    )
    const sample = scan(`${lines.join('\n')}\n`)
    expect(sample.caches.length).toBe(64)
    expect(sample.caches.every(({ zones }) => zones.length <= 253)).toBe(true)
    expect(Object.keys(sample.responsesByRcode).length).toBe(60)
    expect(Object.keys(sample.apiRequestsByCode).length).toBe(60)
    const long = scan(fixture('node-cache-1.15.0.txt'), true, { maxBytes: 2_000 })
    expect(long).toMatchObject({ cut: true, scannedBytes: 2_000 })
  })

  it('takes no number that is none, and no text of a sender who did not finish', () => {
    const odd = scan(
      'process_start_time_seconds NaN\ncoredns_cache_misses_total{zones="a."} -5\ncoredns_cache_misses_total{zones="a."} +Inf\n',
    )
    expect(odd.processStartAt).toBeUndefined()
    expect(odd.caches).toEqual([])
    const cut = scan('coredns_build_info{version="1.1"} 1\ncoredns_cache_misses_total{zones="a."} 12', false)
    expect(cut).toMatchObject({ cut: true, caches: [] })
  })

  it('reads the same however the text is cut into chunks, and never throws on noise', () => {
    const bytes = Buffer.from(fixture('coredns-1.15.0-without-api.txt'))
    const whole = scan(bytes.toString())
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), cuts => {
        const reader = createDnsServerScan()
        const ends = [...cuts.sort((a, b) => a - b), bytes.length]
        let at = 0
        for (const end of ends) {
          reader.push(bytes.subarray(at, end))
          at = end
        }
        expect(reader.finish({ complete: true })).toEqual(whole)
      }),
      { numRuns: 50 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), noise => {
        const reader = createDnsServerScan()
        reader.push(noise)
        expect(reader.finish().scannedBytes).toBe(noise.length)
      }),
      { numRuns: 100 },
    )
  })
})
