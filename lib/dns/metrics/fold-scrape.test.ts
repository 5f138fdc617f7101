import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DnsServerSample } from '../../metrics/scan-dns-server'
import { foldScrape, newServerMemory, viewServer } from './fold-scrape'
import { measuredTraffic, restartView, sameTraffic } from './metrics-evidence'
import { readRates } from './read-rates'
import type { DnsServerView, Scrape } from './types'

const ZONE = 'cluster.local'
const START = Date.parse('2024-12-11T20:00:00Z')
const T = Date.parse('2024-12-11T23:00:00Z')

function sample(lookups: number, more: Partial<DnsServerSample> = {}): DnsServerSample {
  return {
    processStartAt: START,
    version: '1.11.3',
    servesCluster: false,
    caches: [
      { zones: '.', hits: 1, requests: 5 },
      {
        zones: 'cluster.local.',
        hits: lookups * 0.9,
        requests: lookups,
        servedStale: 0,
        successEntries: 180,
      },
    ],
    responsesByRcode: { NOERROR: lookups },
    servfailsByZone: {},
    apiRequestsByCode: {},
    scannedBytes: 1,
    keptSeries: 1,
    ...more,
  }
}

/** Scrapes 20 s apart. */
const scraped = (...samples: (DnsServerSample | string)[]): DnsServerView =>
  viewServer(
    samples
      .map(
        (one, i): Scrape =>
          typeof one === 'string'
            ? { at: T + i * 20_000, failure: one }
            : { at: T + i * 20_000, sample: one, serverAt: T + i * 20_000 },
      )
      .reduce(foldScrape, newServerMemory('http://10.0.0.1:9253/metrics')),
    ZONE,
  )

describe('rates between scrapes', () => {
  it('measure lookups, hits, stale and failed answers of the cluster’s own zone', () => {
    const stale = sample(1800, {
      caches: [
        { zones: 'cluster.local.', hits: 1620, requests: 1800, servedStale: 180, successEntries: 180 },
      ],
      responsesByRcode: { NOERROR: 1700, SERVFAIL: 100 },
    })
    expect(scraped(sample(1000), stale)).toMatchObject({
      kind: 'node-cache',
      names: 180,
      rates: {
        windowSeconds: 20,
        lookupsPerSecond: 40,
        hitShare: 0.9,
        staleShare: 0.225,
        responsesPerSecond: 40,
        servfailShare: 0.125,
      },
      findings: [{ code: 'servfail' }, { code: 'stale-answers' }],
    })
  })

  it('are taken over a minute, and over a longer gap where nothing was read in between', () => {
    expect(scraped(...[0, 1, 2, 3, 4, 5].map(i => sample(1000 + i * 800))).rates?.windowSeconds).toBe(60)
    const gap = scraped(sample(1000), 'nothing listens there', 'x', 'x', 'x', 'x', sample(1600))
    expect(gap).toMatchObject({ failure: undefined, rates: { windowSeconds: 120, lookupsPerSecond: 5 } })
  })

  it('are not taken from one scrape, from a counter that fell, or from few lookups', () => {
    expect(scraped(sample(1000)).rates).toBeUndefined()
    expect(scraped(sample(1000), sample(400)).rates).toMatchObject({
      lookupsPerSecond: undefined,
      hitShare: undefined,
      responsesPerSecond: undefined,
    })
    expect(scraped(sample(1000), sample(1010)).rates).toMatchObject({
      lookupsPerSecond: 0.5,
      hitShare: undefined,
    })
  })

  it('never come out negative or above one, whatever a server tells', () => {
    const number = fc.double({ min: 0, max: 1e15, noNaN: true })
    const any = fc.record({ hits: number, requests: number, servedStale: number })
    fc.assert(
      fc.property(any, any, number, number, (a, b, x, y) => {
        const one = (cache: typeof a, n: number) =>
          sample(0, {
            caches: [{ zones: 'cluster.local.', ...cache }],
            responsesByRcode: { NOERROR: n, SERVFAIL: y },
          })
        const rates = readRates({ at: 0, sample: one(a, x) }, { at: 20_000, sample: one(b, y) }, ZONE)
        for (const value of Object.values(rates)) expect(value ?? 0).toBeGreaterThanOrEqual(0)
        for (const share of [rates.hitShare, rates.staleShare, rates.servfailShare])
          expect(share ?? 0).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('leave a cut text and a foreign page out, and say so', () => {
    const cut = scraped(sample(1000), sample(10, { cut: true, damage: 'cut in the middle of a line' }))
    expect(cut).toMatchObject({ at: T, failure: 'cut in the middle of a line', rates: undefined })
    const foreign = sample(0, {
      version: undefined,
      caches: [],
      damage: 'no series of CoreDNS in it',
    })
    expect(scraped(foreign)).toMatchObject({ at: undefined, failure: 'no series of CoreDNS in it' })
    expect(scraped(sample(1000), 'no answer within 5000 ms')).toMatchObject({
      at: T,
      failure: 'no answer within 5000 ms',
    })
  })
})

describe('restarts', () => {
  const upper = (lookups: number, startAt: number, codes: Record<string, number> = {}, hash?: string) =>
    sample(lookups, {
      servesCluster: true,
      processStartAt: startAt,
      apiRequestsByCode: codes,
      reloadVersion: hash,
    })

  it('are told by a start after the first scrape, and counters begin anew', () => {
    const view = scraped(upper(1000, START), upper(5, T + 12_000))
    expect(view).toMatchObject({ restartedAt: T + 12_000, startedAt: T + 12_000, rates: undefined })
    expect(scraped(upper(1000, START)).restartedAt).toBeUndefined()
  })

  it('are told of a server that began right after the first scrape, though Linux says a little before', () => {
    expect(scraped(upper(1000, START), upper(5, T - 900)).restartedAt).toBe(T - 900)
    expect(scraped(upper(1000, START), upper(5, T - 1_100)).restartedAt).toBeUndefined()
  })

  it('are told by our clock when the server’s is wrong', () => {
    const hour = 3600_000
    const memory = [
      { at: T, sample: upper(9, START - hour), serverAt: T - hour },
      { at: T + 20_000, sample: upper(1, T + 8_000 - hour), serverAt: T + 20_000 - hour },
    ].reduce(foldScrape, newServerMemory('a'))
    expect(viewServer(memory, ZONE).restartedAt).toBe(T + 8_000)
  })

  it('are not taken from another replica behind the same address', () => {
    const view = scraped(
      upper(1000, START),
      upper(70, START + 60_000),
      upper(1400, START),
      upper(270, START + 60_000),
    )
    expect(view.restartedAt).toBeUndefined()
    expect(view.rates).toMatchObject({ windowSeconds: 40, lookupsPerSecond: 5 })
  })

  it('measure T0 when the API server was lost before and has not answered since', () => {
    const lost = T - 60_000
    const restarted = scraped(upper(1000, START), upper(5, T + 12_000, { '<error>': 9 }))
    expect(restartView([restarted], lost, T + 20_000)).toEqual({
      at: T + 20_000,
      state: 'failing',
      failingSince: T + 12_000,
      failure: 'servfail',
    })
    const served = scraped(upper(1000, START), upper(5, T + 12_000, { 200: 3, '<error>': 9 }))
    expect(restartView([served], lost, T + 20_000)).toBeUndefined()
    expect(restartView([restarted], T + 15_000, T + 20_000)).toBeUndefined()
    expect(restartView([restarted], T + 13_500, T + 20_000)).toMatchObject({ failingSince: T + 13_500 })
    expect(restartView([restarted], lost, T + 200_000)).toBeUndefined()
    expect(restartView([{ ...restarted, kind: 'node-cache' }], lost, T + 20_000)).toBeUndefined()
  })

  it('and so does a reload, at the scrape that shows it', () => {
    const view = scraped(
      upper(1000, START, { 200: 40 }),
      upper(1100, START, { 200: 40, '<error>': 1 }),
      upper(1200, START, { 200: 40, '<error>': 9 }, 'new'),
    )
    expect(view).toMatchObject({ reloadedAt: T + 40_000, restartedAt: undefined })
    expect(restartView([view], T - 60_000, T + 40_000)).toMatchObject({ failingSince: T + 40_000 })
  })

  it('warn before: CoreDNS gets no answer from its API server', () => {
    const view = scraped(upper(1000, START, { 200: 50 }), upper(1100, START, { 200: 50, '<error>': 12 }))
    expect(view.findings).toMatchObject([{ code: 'api-errors', severity: 'critical' }])
    const both = scraped(upper(1000, START, { 200: 50 }), upper(1100, START, { 200: 51, '<error>': 12 }))
    expect(both.findings).toEqual([])
    expect(scraped(upper(1, START, { 200: 50 }), upper(2, START, { 200: 50, 410: 3 })).findings).toEqual([])
  })
})

describe('measured traffic', () => {
  const node = (lookups: number, names = 180): DnsServerView => ({
    address: 'a',
    kind: 'node-cache',
    at: T,
    names,
    rates: { windowSeconds: 60, lookupsPerSecond: lookups },
    findings: [],
  })

  it('is that of the node cache in the middle, in steps', () => {
    const told = measuredTraffic([node(10), node(42), node(900)], T)
    expect(told?.lookupsPerSecond).toBeGreaterThan(42 / 1.125)
    expect(told?.lookupsPerSecond).toBeLessThan(42 * 1.125)
    expect(told?.names).toBeGreaterThan(160)
    expect(told?.names).toBeLessThan(203)
    expect(sameTraffic(told, measuredTraffic([node(10), node(43), node(900)], T))).toBe(true)
    expect(sameTraffic(told, measuredTraffic([node(10), node(80), node(900)], T))).toBe(false)
  })

  it('tells questions for names from those that end in denials, where the caches do', () => {
    const rates = { windowSeconds: 60, lookupsPerSecond: 24, hitShare: 0.86, recordsPerSecond: 6 }
    const told = measuredTraffic([{ ...node(0), names: 8, denials: 24, rates }], T)
    expect(told?.lookupsPerSecond).toBeGreaterThan(5.5)
    expect(told?.lookupsPerSecond).toBeLessThan(8.5)
    expect(told?.questions?.perSecond).toBeGreaterThan(24 / 1.125)
    expect(told?.questions?.missShare).toBeGreaterThan(0.14 / 1.125)
    expect(told?.questions?.missShare).toBeLessThan(0.14 * 1.125)
    expect(told?.questions?.entries).toBeGreaterThan(28)
    const all = { ...rates, hitShare: 1, recordsPerSecond: undefined }
    const hot = measuredTraffic([{ ...node(0), names: 8, rates: all }], T)
    expect(hot?.lookupsPerSecond).toBeGreaterThan(24 / 1.125)
    expect(hot?.questions?.missShare).toBeGreaterThan(0)
    expect(sameTraffic(told, hot)).toBe(false)
  })

  it('tells how often a name is evicted, where the caches tell', () => {
    const evicting = (perSecond: number) => {
      const one = node(42)
      return { ...one, rates: { windowSeconds: 60, lookupsPerSecond: 42, evictionsPerSecond: perSecond } }
    }
    expect(measuredTraffic([node(42)], T)).not.toHaveProperty('evictionsPerSecond')
    expect(measuredTraffic([evicting(1e-7), node(42)], T)?.evictionsPerSecond).toBe(0)
    const told = measuredTraffic([evicting(0.01), evicting(0.011), node(42)], T)
    expect(told?.evictionsPerSecond).toBeCloseTo(0.01, 2)
    expect(sameTraffic(told, measuredTraffic([evicting(0.04)], T))).toBe(false)
  })

  it('is not made of CoreDNS’ own figures, of old ones, or of a first glance', () => {
    expect(measuredTraffic([{ ...node(42), kind: 'coredns' }], T)).toBeUndefined()
    expect(measuredTraffic([node(42)], T + 91_000)).toBeUndefined()
    expect(
      measuredTraffic([{ ...node(42), rates: { windowSeconds: 20, lookupsPerSecond: 42 } }], T),
    ).toBeUndefined()
    expect(measuredTraffic([node(42, 8)], T)?.names).toBe(8)
    expect(measuredTraffic([node(0), node(42, 0)], T)).toBeUndefined()
    expect(measuredTraffic([], T)).toBeUndefined()
  })
})
