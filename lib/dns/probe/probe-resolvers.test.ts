import { type Answer, decode, encode } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../clock/fake-clock'
import type { LivePathView } from '../fuse/types'
import { layNames, nameFuses } from './name-readings'
import { parseResolverAddress } from './parse-address'
import { ResolverProbe } from './probe-resolvers'
import type { DnsTransport } from './types'

/** Resolvers in memory: names have a TTL, others take the live path, which can be lost. */
class FakeResolvers implements DnsTransport {
  asked: string[] = []
  lost: 'no' | 'servfail' | 'silent' = 'no'
  ttls: Record<string, number> = {}

  exchange(
    ...[server, query, { accept, signal }]: Parameters<DnsTransport['exchange']>
  ): Promise<Uint8Array> {
    const { id, questions } = decode(Buffer.from(query))
    const name = questions?.[0]?.name ?? ''
    this.asked.push(`${server.port} ${name}`)
    const ttl = this.ttls[name]
    if (ttl === undefined && this.lost === 'silent') {
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    const rcode = ttl !== undefined ? 0 : this.lost === 'no' ? 3 : 2
    const answers: Answer[] = ttl === undefined ? [] : [{ type: 'A', name, ttl, data: '10.0.0.1' }]
    const packet = encode({ type: 'response', id, flags: rcode, questions, answers })
    return accept(packet) ? Promise.resolve(packet) : Promise.reject(new Error('not accepted'))
  }
}

function setUp(resolvers = ['127.0.0.1:1001', '127.0.0.1:1002'], topNames = ['api.prod.svc.cluster.local']) {
  const clock = new FakeClock('2024-12-11T23:00:00Z')
  const transport = new FakeResolvers()
  const views: LivePathView[] = []
  let n = 1
  const rng = () => {
    n = (n * 16_807) % 2_147_483_647
    return n / 2_147_483_647
  }
  const options = { clusterId: 'c', resolvers, topNames, onRound: (view: LivePathView) => views.push(view) }
  const probe = new ResolverProbe(options, { clock, transport, rng })
  const stop = new AbortController()
  const running = probe.run(stop.signal)
  const end = () => {
    stop.abort()
    return running
  }
  return { clock, transport, probe, views, stop: end }
}

describe('ResolverProbe', () => {
  it('asks each resolver every 12 s for a name that exists nowhere, and for no other', async () => {
    const { clock, transport, views, stop } = setUp()
    await clock.advance(120_000)
    await stop()
    expect(transport.asked.length).toBeGreaterThanOrEqual(18)
    expect(transport.asked.length).toBeLessThanOrEqual(22)
    expect(new Set(transport.asked).size).toBe(transport.asked.length)
    for (const name of transport.asked)
      expect(name).toMatch(/^100[12] x[0-9a-z]{10}\.default\.svc\.cluster\.local$/)
    expect(views.at(-1)).toMatchObject({ state: 'answering' })
    expect(clock.pending).toBe(0)
  })

  it('measures T0 within two rounds and reads the top names once', async () => {
    const { clock, transport, probe, stop } = setUp()
    await clock.advance(60_000)
    transport.lost = 'servfail'
    transport.ttls = { 'api.prod.svc.cluster.local': 700 }
    const lostAt = clock.now()
    await clock.advance(60_000)
    const view = probe.view()
    expect(view).toMatchObject({ state: 'failing', failure: 'servfail' })
    expect((view?.failingSince ?? 0) - lostAt).toBeLessThanOrEqual(12_000)
    expect(transport.asked.filter(name => name.endsWith('api.prod.svc.cluster.local'))).toHaveLength(2)
    expect(probe.readings()).toMatchObject([
      { resolver: '127.0.0.1:1001', ttlSeconds: 700 },
      { resolver: '127.0.0.1:1002', ttlSeconds: 700 },
    ])
    transport.lost = 'no'
    await clock.advance(60_000)
    expect(probe.view()).toMatchObject({ state: 'answering' })
    expect(probe.readings()).toEqual([])
    await stop()
  })

  it('reads a name again when its copy should have ended, and tells of it in its view', async () => {
    const { clock, transport, probe, stop } = setUp(['127.0.0.1:1001'])
    const name = 'api.prod.svc.cluster.local'
    const timesRead = () => transport.asked.filter(asked => asked.endsWith(name)).length
    await clock.advance(60_000)
    transport.lost = 'servfail'
    transport.ttls = { [name]: 200 }
    await clock.advance(200_000)
    expect(timesRead()).toBe(1)
    // A replica that lives on has renewed it.
    transport.ttls = { [name]: 90 }
    await clock.advance(40_000)
    expect(timesRead()).toBe(2)
    transport.ttls = {}
    await clock.advance(120_000)
    expect(probe.view()?.names?.map(({ ttlSeconds }) => ttlSeconds)).toEqual([90, null])
    // Gone is gone.
    await clock.advance(600_000)
    expect(timesRead()).toBe(3)
    await stop()
  })

  it('tells silence, and stops in the middle of a question', async () => {
    const { clock, transport, probe, stop } = setUp()
    await clock.advance(30_000)
    transport.lost = 'silent'
    await clock.advance(40_000)
    expect(probe.view()).toMatchObject({ state: 'failing', failure: 'silent' })
    await stop()
    expect(clock.pending).toBe(0)
  })

  it('refuses addresses that would need a name to be resolved first', async () => {
    const { clock, probe, transport, stop } = setUp(['dns.example.com:53', '127.0.0.1:99999', ''])
    expect(probe.refused).toEqual(['dns.example.com:53', '127.0.0.1:99999', ''])
    await clock.advance(60_000)
    expect(transport.asked).toEqual([])
    expect(probe.view()).toBeUndefined()
    await stop()
  })
})

describe('parseResolverAddress', () => {
  it.each([
    ['10.0.0.10:5353', { host: '10.0.0.10', port: 5353, family: 4 }],
    ['10.0.0.10', { host: '10.0.0.10', port: 53, family: 4 }],
    ['[fd00::a]:53', { host: 'fd00::a', port: 53, family: 6 }],
    ['fd00::a', { host: 'fd00::a', port: 53, family: 6 }],
    ['localhost:53', { host: '127.0.0.1', port: 53, family: 4 }],
    ['http://10.0.0.1', undefined],
  ])('%s', (text, address) => {
    expect(parseResolverAddress(text)).toEqual(address)
  })
})

describe('nameFuses', () => {
  const readings = [
    { name: 'a', resolver: 'r1', readAt: 0, ttlSeconds: 100 },
    { name: 'a', resolver: 'r2', readAt: 0, ttlSeconds: null },
    { name: 'b', resolver: 'r1', readAt: 0, ttlSeconds: null },
  ]

  it('counts each copy down to its own end', () => {
    expect(nameFuses(layNames(readings), 50_000)).toMatchObject([
      { name: 'a', resolvable: 0.5, endsAt: 100_500 },
      { name: 'b', resolvable: 0, endsAt: undefined },
    ])
    expect(nameFuses(layNames(readings), 101_000)[0]?.resolvable).toBe(0)
  })

  it('adds what programs and stale copies keep, and says how likely nobody has failed yet', () => {
    const [a, b] = nameFuses(
      layNames(readings, { applicationTtlSeconds: 1200, staleSeconds: 60, rate: 0.1 }),
      10_000,
    )
    expect(a?.endsAt).toBe((100 + 0.5 + 600 + 60) * 1000)
    expect(b?.survival).toBeCloseTo(Math.exp(-1), 9)
    expect(a?.survival).toBeCloseTo((1 + Math.exp(-1)) / 2, 9)
  })
})
