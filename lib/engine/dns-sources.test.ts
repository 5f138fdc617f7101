import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, settle } from '../clock/fake-clock'
import type { Cluster } from '../fleet/types'
import type { DnsObservationPost } from '../wire/dns-observations'
import { DnsSources } from './dns-sources'
import { FleetWatch } from './fleet-watch'

const START = '2024-12-11T23:00:00.000Z'
const T = Date.parse(START)
const AGENT = { id: 'token-1', name: 'eu-1 agents', clusterId: 'eu-1' }

const cluster = (more: Partial<Cluster> = {}): Cluster => ({
  id: 'eu-1',
  name: 'Frankfurt 1',
  region: 'eu',
  products: [],
  environment: '',
  labels: {},
  lanes: [],
  resolvers: [],
  ...more,
})

let clock: FakeClock
let watch: FleetWatch
let told: string[]
let sources: DnsSources
const servers: Server[] = []

function begin(...clusters: Cluster[]): void {
  watch = new FleetWatch({ clusters, problems: [] }, clock.now())
  sources.start(clusters)
}

beforeEach(() => {
  clock = new FakeClock(START)
  told = []
  sources = new DnsSources(
    clock,
    () => watch,
    (_, severity, text) => told.push(`${severity}: ${text}`),
  )
})

afterEach(() => {
  sources.stop()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

function post(sequence: number, result: 'nxdomain' | 'servfail', replica = 'probe-a'): DnsObservationPost {
  const at = new Date(clock.now()).toISOString()
  return {
    replica,
    bootId: '11111111-1111-4111-8111-111111111111',
    bootedAt: START,
    sequence,
    sentAt: at,
    askedAt: at,
    answers: [{ resolver: '10.96.0.10:53', result, proven: false }],
    failingSince: null,
    readings: [],
  }
}

const only = () => {
  const [record] = watch.records.values()
  if (!record) throw new Error('no cluster')
  return record
}

/** Metrics of a server, as its figures are when it is asked. */
async function metricsOf(text: () => string): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('date', new Date(clock.now()).toUTCString())
    response.end(text())
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`
}

/** Lets the clock run, with turns for the loopback between its steps. */
async function run(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    await clock.advance(1_000)
    await settle(30)
  }
}

describe('agents', () => {
  it('join the view that the fuse is laid on, and measure T0', async () => {
    begin(cluster())
    expect(sources.observe(post(1, 'nxdomain'), AGENT)).toEqual({
      accepted: 'new',
      run: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receivedAt: START,
      skewMs: 0,
    })
    expect(watch.livePaths.get('eu-1')).toMatchObject({ state: 'answering', by: 'agent' })
    for (const n of [2, 3]) {
      await clock.advance(12_000)
      sources.observe(post(n, 'servfail'), AGENT)
    }
    watch.tick(clock.now(), true)
    expect(watch.fuses.fuse('eu-1', clock.now())).toMatchObject({
      state: 'Burning',
      t0At: T + 12_000,
      t0Basis: 'measured',
      notes: expect.arrayContaining([expect.stringContaining('T0 measured by the agent in the cluster')]),
    })
  })

  it('that fall silent are shown so, and light no fuse', async () => {
    begin(cluster())
    sources.observe(post(1, 'nxdomain'), AGENT)
    sources.observe(post(1, 'nxdomain', 'probe-b'), AGENT)
    expect(sources.of(only())).toMatchObject({
      livePath: 'answering',
      sources: [
        { origin: 'agent', name: 'probe-b', state: 'answering', at: START },
        { origin: 'agent', name: 'probe-a', state: 'answering' },
      ],
    })
    await clock.advance(600_000)
    watch.tick(clock.now(), true)
    expect(watch.fuses.fuse('eu-1', clock.now())?.state).toBe('Unknown')
    expect(sources.of(only())).toMatchObject({
      livePath: null,
      sources: [{ state: 'silent', at: START, text: expect.stringContaining('no failure of DNS') }, {}],
    })
  })

  it('are not believed what they told a run before this one, until they tell it to this one', () => {
    const eu = cluster()
    begin(eu)
    const { run: first } = sources.observe(post(1, 'nxdomain'), AGENT)
    expect(sources.observe({ ...post(2, 'servfail'), run: first }, AGENT)).toMatchObject({ accepted: 'new' })
    const replayed = { ...post(3, 'servfail'), run: first }
    begin(eu)
    const answer = sources.observe(replayed, AGENT)
    expect(answer).toMatchObject({ accepted: 'again', run: expect.not.stringMatching(first) })
    expect(watch.livePaths.size).toBe(0)
    expect(sources.observe({ ...replayed, run: answer.run }, AGENT)).toMatchObject({ accepted: 'new' })
    expect(watch.livePaths.get('eu-1')).toMatchObject({ by: 'agent' })
    // Only once: within a run, messages have their numbers.
    expect(sources.observe({ ...replayed, run: answer.run }, AGENT)).toMatchObject({ accepted: 'known' })
  })

  it('may not speak for a cluster that is not there', () => {
    begin(cluster({ id: 'eu-2' }))
    expect(() => sources.observe(post(1, 'nxdomain'), AGENT)).toThrowError(
      expect.objectContaining({ code: 'not-found', message: expect.stringContaining('eu-1') }),
    )
    expect(watch.livePaths.size).toBe(0)
  })
})

describe('metrics', () => {
  it('measure how often names are asked for while all is well, and no longer when it is not', async () => {
    let lookups = 0
    const url = await metricsOf(() => {
      lookups = ((clock.now() - T) / 1000) * 40
      return `coredns_build_info{version="1.11.3"} 1
coredns_cache_requests_total{zones="cluster.local."} ${lookups}
coredns_cache_hits_total{zones="cluster.local.",type="success"} ${lookups * 0.95}
coredns_cache_entries{zones="cluster.local.",type="success"} 180
`
    })
    begin(cluster({ dnsMetrics: [url] }))
    expect(sources.of(only()).sources).toMatchObject([{ origin: 'metrics', state: 'waiting', at: null }])
    await run(90)
    const measured = watch.traffic.get('eu-1')
    expect(measured?.lookupsPerSecond).toBeGreaterThan(35)
    expect(measured?.lookupsPerSecond).toBeLessThan(46)
    expect(sources.of(only())).toMatchObject({
      traffic: measured,
      sources: [
        {
          state: 'answering',
          text: expect.stringMatching(/^node cache 1.11.3, (3[5-9]|4[0-5]) lookups\/s, 95 % from its cache$/),
          findings: [],
        },
      ],
    })
    only().apiLostAt = clock.now()
    watch.tick(clock.now(), true)
    expect(watch.fuses.fuse('eu-1', clock.now())?.notes.join()).toContain('lookups a second of')
    watch.traffic.delete('eu-1')
    await run(60)
    expect(watch.traffic.has('eu-1')).toBe(false)
  })

  it('tell what caches still answer once it is lost, and forget it when it is back', async () => {
    let kept = 1
    let [records, servfails, then] = [1e6, 0, T]
    const url = await metricsOf(() => {
      const seconds = (clock.now() - then) / 1000
      then = clock.now()
      records += 30 * kept * seconds
      servfails += 60 * (1 - kept) * seconds
      return `coredns_build_info{version="1.11.3"} 1
coredns_cache_requests_total{zones="cluster.local."} ${records + servfails}
coredns_cache_hits_total{zones="cluster.local.",type="success"} ${records}
coredns_cache_evictions_total{zones="cluster.local.",type="success"} ${records / 300}
coredns_cache_entries{zones="cluster.local.",type="success"} 100
coredns_dns_responses_total{zone="cluster.local.",rcode="SERVFAIL"} ${servfails}
`
    })
    begin(cluster({ dnsMetrics: [url] }))
    await run(90)
    expect(watch.traffic.get('eu-1')?.evictionsPerSecond).toBeCloseTo(0.001, 4)
    expect(watch.cacheAnswers.has('eu-1')).toBe(false)
    kept = 0.4
    only().apiLostAt = clock.now()
    await run(180)
    const look = watch.cacheAnswers.get('eu-1')?.looks.at(-1)
    expect(look?.kept).toBeCloseTo(0.4, 1)
    expect(look?.floor).toBeCloseTo(12 / (12 + 36), 1)
    kept = 1
    only().apiLostAt = null
    await run(120)
    expect(watch.cacheAnswers.has('eu-1')).toBe(false)
  })

  it('see CoreDNS lose its API server, and its restart after that as T0', async () => {
    let startAt = T / 1000 - 86_400
    let lost = false
    const url = await metricsOf(
      () => `process_start_time_seconds ${startAt}
coredns_build_info{version="1.11.3"} 1
coredns_plugin_enabled{name="kubernetes",server="dns://:53",zone="."} 1
coredns_cache_requests_total{zones="."} 100
coredns_kubernetes_rest_client_requests_total{code="200"} ${startAt < T / 1000 ? 900 : 0}
coredns_kubernetes_rest_client_requests_total{code="<error>"} ${lost ? (clock.now() - T) / 1000 : 0}
`,
    )
    begin(cluster({ dnsMetrics: [url] }))
    await run(60)
    expect(told).toEqual([])
    lost = true
    only().apiLostAt = clock.now()
    await run(60)
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/^warn: Frankfurt 1: CoreDNS at 127.*gets no answer from its API server/)
    expect(watch.livePaths.get('eu-1')).toBeUndefined()
    startAt = clock.now() / 1000
    await run(60)
    expect(told[1]).toMatch(/was started anew/)
    const livePath = watch.livePaths.get('eu-1')
    expect(livePath).toMatchObject({ state: 'failing', by: 'metrics', failure: 'servfail' })
    expect(Math.abs((livePath?.failingSince ?? 0) - startAt * 1000)).toBeLessThanOrEqual(1_000)
    // Whoever asks and hears answers knows better.
    sources.observe(post(1, 'nxdomain'), AGENT)
    expect(watch.livePaths.get('eu-1')).toMatchObject({ state: 'answering', by: 'agent' })
  })
})
