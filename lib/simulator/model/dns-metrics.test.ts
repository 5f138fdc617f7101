import { describe, expect, it } from 'vitest'
import { createCluster } from './create-cluster'
import { type CoreDnsMetrics, coreDnsMetrics, type NodeCacheMetrics, nodeCacheMetrics } from './dns-metrics'
import * as levers from './levers'
import { stepCluster } from './step-cluster'
import type { ModelCluster } from './types'

const TTL = 1110
const fresh = () =>
  createCluster({ name: 'use-chat-01', nodes: 500, seed: 3, podsPerNode: 30, dnsTtlSeconds: TTL })
function run(cluster: ModelCluster, seconds: number): void {
  for (let second = 0; second < seconds; second++) stepCluster(cluster)
}
function alive(cluster: ModelCluster): CoreDnsMetrics {
  const metrics = coreDnsMetrics(cluster)
  if (!metrics) throw new Error('CoreDNS is gone')
  return metrics
}
const counters = ({
  startSecond,
  successEntries,
  denialEntries,
  outside,
  responses,
  ...rest
}: NodeCacheMetrics) => ({
  ...rest,
  ...responses,
  outsideHits: outside.hits,
  outsideMisses: outside.misses,
})
/** What a node cache counts in so many seconds. */
function counted(cluster: ModelCluster, seconds: number) {
  const before = counters(nodeCacheMetrics(cluster))
  run(cluster, seconds)
  const after = counters(nodeCacheMetrics(cluster))
  const rise = (of: keyof typeof before) => after[of] - before[of]
  const rises = Object.keys(before).map(key => rise(key as keyof typeof before))
  expect(Math.min(...rises)).toBeGreaterThanOrEqual(0)
  const asked = rise('successHits') + rise('denialHits') + rise('misses')
  return {
    records: rise('successHits') / seconds,
    servfail: rise('SERVFAIL') / asked,
    asked: asked / seconds,
  }
}

describe('counters of a node cache', () => {
  it('tell of a quiet day: hot names, and no error', () => {
    const cluster = fresh()
    run(cluster, 20)
    const quiet = counted(cluster, 60)
    // Thirty pods, an address every five seconds each, four questions an address.
    expect(quiet.asked).toBeCloseTo(24, 0)
    expect(quiet.records).toBeCloseTo(6, 0)
    expect(quiet.servfail).toBe(0)
    expect(nodeCacheMetrics(cluster).successEntries).toBe(8)
  })

  it('follow the model’s caches as they run out, and come back with them', () => {
    const cluster = fresh()
    run(cluster, 20)
    const quiet = counted(cluster, 60)
    levers.setDnsBroken(cluster, 1 / 10)
    run(cluster, 120)
    for (let minutes = 0; minutes < 25; minutes += 3) {
      const before = cluster.dnsEmpty
      const { records, servfail } = counted(cluster, 60)
      const empty = (before + cluster.dnsEmpty) / 2
      expect(records / quiet.records).toBeCloseTo(1 - empty, 1)
      // Denials fail at once; the rest as names run out.
      expect(servfail).toBeGreaterThan(0.7)
      run(cluster, 120)
    }
    expect(cluster.dnsEmpty).toBeGreaterThan(0.97)
    levers.setDnsBroken(cluster, 0)
    run(cluster, 600)
    expect(counted(cluster, 60)).toMatchObject({ servfail: expect.closeTo(0, 2) })
  })
})

describe('counters of CoreDNS', () => {
  it('begin anew when it does, and tell that no API server answers', () => {
    const cluster = fresh()
    run(cluster, 60)
    const quiet = alive(cluster)
    expect(quiet).toMatchObject({ apiErrors: 0, responses: { SERVFAIL: 0 } })
    expect(quiet.startSecond).toBeLessThan(0)
    expect(quiet.apiAnswers).toBeGreaterThan(1_000)
    const lostAt = cluster.second
    for (let second = 0; second < 400; second++) {
      // As if no request of any kind were answered.
      cluster.success40 = 0
      cluster.dnsSynced = Math.max(0, cluster.dnsSynced - 0.01)
      stepCluster(cluster)
    }
    const lost = alive(cluster)
    expect(lost.startSecond).toBe(cluster.dnsLostAt)
    expect(lost.startSecond).toBeGreaterThan(lostAt)
    expect(lost.apiAnswers).toBe(0)
    expect(lost.apiErrors).toBeGreaterThan(50)
    expect(lost.responses.SERVFAIL).toBeGreaterThan(0)
    expect(lost.responses.NOERROR + lost.responses.NXDOMAIN).toBeLessThanOrEqual(1)
    cluster.dnsSynced = 1
    run(cluster, 300)
    const back = alive(cluster)
    expect(back.startSecond).toBe(lost.startSecond)
    expect(back.apiAnswers).toBeGreaterThan(0)
    expect(back.responses.NXDOMAIN).toBeGreaterThan(100)
    const { SERVFAIL } = back.responses
    run(cluster, 60)
    expect(alive(cluster).responses.SERVFAIL).toBe(SERVFAIL)
  })

  it('tell of answers as well while the API server answers some', () => {
    const cluster = fresh()
    run(cluster, 30)
    const before = alive(cluster)
    for (let second = 0; second < 60; second++) {
      cluster.success40 = 0.4
      stepCluster(cluster)
    }
    const after = alive(cluster)
    expect(after.apiErrors).toBeGreaterThan(5)
    expect(after.apiAnswers - before.apiAnswers).toBeGreaterThan(5)
  })

  it('cannot be read while it is broken', () => {
    const cluster = fresh()
    levers.setDnsBroken(cluster, 1 / 10)
    run(cluster, 60)
    expect(coreDnsMetrics(cluster)).toBeUndefined()
    levers.setDnsBroken(cluster, 0)
    run(cluster, 5)
    expect(alive(cluster).startSecond).toBe(cluster.dnsLostAt)
  })
})
