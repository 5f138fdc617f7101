import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock'
import type { LaneKind } from '../fleet/types'
import { createProber, type Prober } from './create-prober'
import { FakeClusterClient, type FakeReply, fakeCluster } from './testing/fake-cluster-client'
import type { InventoryFact, Observation, ProbeLimits } from './types'

const SECOND = 1000
const MINUTE = 60 * SECOND
const CANARY = '/api/v1/namespaces/kube-system'
const HANG: FakeReply = { latencyMs: Number.POSITIVE_INFINITY }

let running: Prober | undefined
afterEach(async () => {
  await running?.stop()
})

function watch(
  options: {
    clusters?: string[]
    kinds?: LaneKind[]
    reply?: FakeClusterClient['reply']
    limits?: Partial<ProbeLimits>
    onObservation?: (observation: Observation) => void
  } = {},
) {
  const clock = new FakeClock()
  const client = new FakeClusterClient(clock, options.reply)
  const observations: Observation[] = []
  const facts: InventoryFact[] = []
  const faults: unknown[] = []
  const clusters = (options.clusters ?? ['one']).map(id => fakeCluster(id, options.kinds))
  const prober = createProber({
    clock,
    client,
    clusters,
    limits: options.limits,
    onObservation: options.onObservation ?? (o => observations.push(o)),
    onInventory: fact => facts.push(fact),
    onFault: (_, error) => faults.push(error),
  })
  running = prober
  prober.start()
  return { clock, client, observations, facts, faults, prober, clusters }
}

/** Gaps between consecutive times, in seconds. */
const gaps = (times: number[]) => times.slice(1).map((at, i) => (at - (times[i] ?? 0)) / SECOND)

describe('while calm', () => {
  it('asks each thing at its own pace, about 17 requests a minute, and no lists of pods, nodes, endpoints or secrets', async () => {
    const { clock, client, prober } = watch()
    await clock.advance(5 * MINUTE)
    const steadyFrom = clock.now()
    await clock.advance(10 * MINUTE)
    const counts = client.counts(steadyFrom)
    expect(counts).toEqual({
      '/readyz': 40,
      '/livez': 20,
      [CANARY]: 40 + 20,
      '/metrics': expect.toSatisfy((n: number) => n === 13 || n === 14),
      '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager':
        expect.any(Number),
      '/apis/apps/v1/daemonsets?limit=250': expect.any(Number),
      '/apis/apps/v1/deployments?limit=250': expect.any(Number),
      '/apis/apps/v1/statefulsets?limit=250': expect.any(Number),
      '/version': expect.any(Number),
      '/api/v1/namespaces/kube-system/configmaps/coredns': 2,
      '/api/v1/namespaces/kube-system/configmaps/node-local-dns': 2,
    })
    expect(client.requests.filter(r => r.at >= steadyFrom).length / 10).toBeLessThan(18)
    expect(Object.keys(counts).some(path => /pods|nodes|endpoints|events|secrets|watch=/.test(path))).toBe(
      false,
    )
    expect(prober.cost('one')?.requestsPerMinute).toBeGreaterThan(10)
    expect(prober.cost('one')?.requestsPerMinute).toBeLessThanOrEqual(20)
  })

  it('meets a single cluster within seconds, whatever is asked of it', async () => {
    const { clock, client } = watch()
    await clock.advance(1_250)
    expect(client.counts()).toMatchObject({ '/readyz': 1, '/livez': 1, [CANARY]: 2 })
    await clock.advance(3_750)
    expect(Object.keys(client.counts())).toHaveLength(11)
  })

  it('meets each cluster within 15 s, asks all else within a minute, and spreads a fleet over that time', async () => {
    const clusters = Array.from({ length: 60 }, (_, i) => `cluster-${i}`)
    const { clock, client } = watch({ clusters })
    const start = clock.now()
    await clock.advance(15 * SECOND)
    const seconds = client.timesOf(CANARY, 'ordinary').map(at => Math.floor((at - start) / SECOND))
    const busiest = Math.max(...[...Array(15).keys()].map(s => seconds.filter(other => other === s).length))
    expect(seconds).toHaveLength(60)
    expect(busiest).toBeLessThan(60 / 4)
    await clock.advance(45 * SECOND)
    for (const path of ['/metrics', '/version', '/apis/apps/v1/daemonsets?limit=250'])
      expect(client.timesOf(path).length).toBeGreaterThanOrEqual(60)
  })

  it('keeps its pace over slow answers', async () => {
    const { clock, client } = watch({ reply: () => ({ latencyMs: 900 }) })
    await clock.advance(5 * MINUTE)
    expect(new Set(gaps(client.timesOf(CANARY, 'ordinary').slice(2)))).toEqual(new Set([15]))
  })

  it('scrapes each API server in turn where they have addresses of their own', async () => {
    const { clock, client } = watch({ kinds: ['ordinary', 'direct', 'direct'] })
    await clock.advance(5 * MINUTE)
    const lanes = client.requests.filter(r => r.path === '/metrics').map(r => r.lane)
    expect(lanes.slice(0, 4)).toEqual(['direct-1', 'direct-2', 'direct-1', 'direct-2'])
    expect(new Set(client.requests.filter(r => r.path === '/livez').map(r => r.lane))).toEqual(
      new Set(['direct-1', 'direct-2']),
    )
  })

  it('asks the canary as an ordinary identity only, and never pretends without one', async () => {
    const { clock, observations } = watch({ kinds: ['exempt'] })
    await clock.advance(MINUTE)
    expect(observations.some(o => o.probe === 'exempt-canary')).toBe(true)
    expect(observations.some(o => o.probe === 'canary')).toBe(false)
  })
})

describe('in distress', () => {
  it('asks the canary every 5 s as soon as it fails, without being told', async () => {
    const { clock, client } = watch({
      reply: (lane, r) => (lane.kind === 'ordinary' && r.path === CANARY ? { status: 429 } : {}),
    })
    await clock.advance(2 * MINUTE)
    const from = clock.now()
    await clock.advance(MINUTE)
    const canaries = client.timesOf(CANARY, 'ordinary').filter(at => at >= from)
    expect(new Set(gaps(canaries))).toEqual(new Set([5]))
    expect(client.timesOf(CANARY, 'exempt').filter(at => at >= from)).toHaveLength(6)
  })

  it('is attentive when demanded, and leaves out what can wait', async () => {
    const { clock, client, prober } = watch()
    await clock.advance(MINUTE)
    prober.demand('one', 'distress')
    const from = clock.now()
    await clock.advance(10 * MINUTE)
    expect(client.timesOf(CANARY, 'ordinary').filter(at => at >= from).length).toBeGreaterThanOrEqual(119)
    expect(client.timesOf('/version').filter(at => at >= from)).toHaveLength(0)
    const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager'
    expect(client.timesOf(lease, 'exempt').filter(at => at >= from).length).toBeGreaterThanOrEqual(35)
    prober.demand('one', 'calm')
    const calmFrom = clock.now() + 30 * SECOND
    await clock.advance(10 * MINUTE)
    expect(new Set(gaps(client.timesOf(CANARY, 'ordinary').filter(at => at > calmFrom)))).toEqual(
      new Set([15]),
    )
  })

  it('backs metrics off to 120 s while the server is locked out', async () => {
    const { clock, client } = watch({ reply: () => ({ status: 429 }) })
    await clock.advance(20 * MINUTE)
    expect(gaps(client.timesOf('/metrics')).slice(2)).toEqual(expect.arrayContaining([120]))
    expect(Math.min(...gaps(client.timesOf('/metrics')).slice(2))).toBeGreaterThanOrEqual(119)
    expect(Math.max(...gaps(client.timesOf(CANARY, 'ordinary')).slice(3))).toBeLessThanOrEqual(5)
  })

  it('honours Retry-After for the lane it was given on', async () => {
    const { clock, client } = watch({
      reply: (lane, r) =>
        lane.kind === 'ordinary' && r.path === CANARY ? { status: 429, retryAfterMs: 20_000 } : {},
    })
    await clock.advance(5 * MINUTE)
    expect(Math.min(...gaps(client.timesOf(CANARY, 'ordinary')))).toBeGreaterThanOrEqual(20)
    expect(Math.min(...gaps(client.timesOf(CANARY, 'exempt')).slice(2))).toBeLessThanOrEqual(10)
  })

  it('asks ?verbose once in a failing episode, only when the answer names no check', async () => {
    let body = 'internal error'
    const { clock, client, observations } = watch({
      reply: (_, r) => {
        if (r.path === '/readyz') return { status: 500, body }
        return r.path === '/readyz?verbose'
          ? { status: 500, body: '[+]ping ok\n[-]etcd failed: reason withheld\n' }
          : {}
      },
    })
    await clock.advance(2 * MINUTE)
    expect(client.timesOf('/readyz?verbose')).toHaveLength(1)
    expect(observations.find(o => o.probe === 'readyz')?.failedChecks).toEqual(['etcd'])
    body = '[-]informer-sync failed: reason withheld'
    await clock.advance(MINUTE)
    expect(client.timesOf('/readyz?verbose')).toHaveLength(1)
    expect(observations.filter(o => o.probe === 'readyz').at(-1)?.failedChecks).toEqual(['informer-sync'])
  })
})

describe('a server that hangs', () => {
  it('never has two requests of a kind in flight, and each ends as an observation', async () => {
    const { clock, client, observations } = watch({ reply: () => HANG })
    await clock.advance(5 * MINUTE)
    expect(client.mostInFlight).toBeLessThanOrEqual(6)
    const canaries = observations.filter(o => o.probe === 'canary')
    expect(canaries.length).toBeGreaterThan(10)
    expect(canaries.every(o => o.outcome === 'timeout' && o.status === 0 && o.durationMs === 16_000)).toBe(
      true,
    )
    expect(Math.min(...gaps(client.timesOf('/readyz')))).toBeGreaterThanOrEqual(10)
  })

  it('does not slow the others, even when most of the fleet hangs and places are few', async () => {
    const clusters = Array.from({ length: 20 }, (_, i) => (i === 7 ? 'well' : `sick-${i}`))
    const clock = new FakeClock()
    const client = new FakeClusterClient(clock, lane => (lane.source.context === 'well' ? {} : HANG))
    const seen: Observation[] = []
    running = createProber({
      clock,
      client,
      clusters: clusters.map(id => fakeCluster(id)),
      limits: { maxInFlight: 32 },
      onObservation: o => seen.push(o),
      onInventory: () => {},
    })
    running.start()
    await clock.advance(5 * MINUTE)
    expect(client.mostInFlight).toBeLessThanOrEqual(32)
    const times = seen.filter(o => o.clusterId === 'well' && o.probe === 'canary').map(o => o.at)
    expect(times.length).toBeGreaterThanOrEqual(18)
    expect(Math.max(...gaps(times))).toBeLessThanOrEqual(20)
  })
})

describe('its own life', () => {
  it('stops at once: requests are aborted, nothing is told afterwards, no sleep is left behind', async () => {
    const { clock, client, observations, prober } = watch({ reply: () => HANG })
    await clock.advance(20 * SECOND)
    expect(client.inFlight).toBeGreaterThan(0)
    const told = observations.length
    await prober.stop()
    expect(client.inFlight).toBe(0)
    expect(clock.pending).toBe(0)
    await clock.advance(MINUTE)
    expect(observations).toHaveLength(told)
    expect(prober.cost('one')).toBeUndefined()
  })

  it('follows the fleet: clusters come and go, lanes change', async () => {
    const { clock, client, observations, prober } = watch({ clusters: ['one', 'two'] })
    await clock.advance(MINUTE)
    const broken = { ...fakeCluster('three'), problem: { message: 'no', where: 'x' } }
    prober.setClusters([fakeCluster('two', ['direct']), fakeCluster('four'), broken])
    const from = clock.now()
    await clock.advance(MINUTE)
    const later = observations.filter(o => o.at > from)
    expect(new Set(later.map(o => o.clusterId))).toEqual(new Set(['two', 'four']))
    expect(later.filter(o => o.clusterId === 'two').every(o => o.laneId === 'direct-1')).toBe(true)
    expect(client.inFlight).toBe(0)
  })

  it('survives a listener that throws, and reports it', async () => {
    const { clock, client, faults } = watch({
      onObservation: () => {
        throw new Error('listener')
      },
    })
    await clock.advance(2 * MINUTE)
    expect(faults.length).toBeGreaterThan(10)
    expect(client.timesOf('/readyz').length).toBeGreaterThanOrEqual(8)
  })

  it('survives jumps of the clock in both directions without asking all at once', async () => {
    let offset = 0
    const real = new FakeClock()
    const clock = { now: () => real.now() + offset, sleep: real.sleep.bind(real) }
    const clusters = Array.from({ length: 30 }, (_, i) => fakeCluster(`c${i}`))
    const client = new FakeClusterClient(clock)
    running = createProber({ clock, client, clusters, onObservation: () => {}, onInventory: () => {} })
    running.start()
    await real.advance(2 * MINUTE)
    for (const jump of [6 * 60 * MINUTE, -12 * 60 * MINUTE]) {
      offset += jump
      const from = client.requests.length
      await real.advance(2 * MINUTE)
      const after = client.requests.slice(from)
      expect(after.length).toBeGreaterThan(30 * 15)
      expect(after.length).toBeLessThan(30 * 60)
      const perSecond = new Map<number, number>()
      for (const { at } of after)
        perSecond.set(Math.floor(at / SECOND), (perSecond.get(Math.floor(at / SECOND)) ?? 0) + 1)
      const busiest = Math.max(...perSecond.values())
      expect(busiest).toBeLessThan(30 * 4)
    }
  })

  it('holds back what is costly when the budget of bytes is used up', async () => {
    const { clock, client, prober } = watch({
      limits: { bytesPerMinute: 1_000_000 },
      reply: (_, r) => (r.path === '/metrics' ? { bytes: 2_000_000 } : {}),
    })
    await clock.advance(30 * SECOND)
    expect(prober.cost('one')).toMatchObject({ overBudget: true })
    await clock.advance(10 * MINUTE)
    expect(Math.min(...gaps(client.timesOf('/metrics')))).toBeGreaterThanOrEqual(50)
    expect(client.timesOf(CANARY, 'ordinary').length).toBeGreaterThanOrEqual(41)
  })
})
