import { describe, expect, it } from 'vitest'
import { answerDns, serviceNames } from './answer-dns'
import { corefilesOf } from './corefiles'
import { createCluster } from './create-cluster'
import * as levers from './levers'
import { seededRandom } from './random'
import { stepCluster } from './step-cluster'
import type { DnsOutcome, ModelCluster } from './types'

const TTL = 1110
const random = seededRandom(1)
const fresh = () => createCluster({ name: 'use-chat-01', nodes: 500, seed: 3, dnsTtlSeconds: TTL })

function run(cluster: ModelCluster, seconds: number): void {
  for (let second = 0; second < seconds; second++) stepCluster(cluster)
}
function shares(cluster: ModelCluster, name: string): Record<DnsOutcome, number> {
  const counts = { answer: 0, 'no-data': 0, nxdomain: 0, servfail: 0, timeout: 0 }
  for (let i = 0; i < 400; i++) counts[answerDns(cluster, name, 'A', i % 2, random).outcome] += 1 / 400
  return counts
}
/** Share of the (resolver, name) pairs of many clusters that still have an answer. */
function answered(clusters: ModelCluster[]): number {
  const pairs = clusters.flatMap(cluster => serviceNames(cluster).map(name => ({ cluster, name })))
  const ok = pairs.filter(
    ({ cluster, name }) =>
      answerDns(cluster, `${name}.svc.cluster.local`, 'A', 0, random).outcome === 'answer',
  )
  return ok.length / pairs.length
}

describe('answerDns', () => {
  it('tells a synced CoreDNS by NXDOMAIN for a nonce, and answers services with a TTL that counts down', () => {
    const cluster = fresh()
    run(cluster, 30)
    expect(shares(cluster, 'x7f3.default.svc.cluster.local').nxdomain).toBeCloseTo(1)
    const ask = () => answerDns(cluster, 'Gateway.chat.svc.cluster.local.', 'A', 1, random)
    const first = ask()
    run(cluster, 10)
    const second = ask()
    expect(first.outcome).toBe('answer')
    expect(second.address).toBe(first.address)
    const passed = ((first.ttlSeconds ?? 0) - (second.ttlSeconds ?? 0) + TTL) % TTL
    expect(passed).toBe(10)
    expect(answerDns(cluster, 'gateway.chat.svc.cluster.local', 'AAAA', 0, random).outcome).toBe('no-data')
  })

  it('carries the TTL of the Corefiles', () => {
    const { coreDns, nodeCache } = corefilesOf(fresh())
    expect(coreDns).toContain(`ttl ${TTL}`)
    expect(nodeCache).toContain(`success 9984 ${TTL}`)
  })

  it('fails nonces at once when CoreDNS is lost, and services one by one over a TTL, as the model’s caches do', () => {
    const clusters = Array.from({ length: 40 }, (_, i) =>
      createCluster({ name: `use-chat-${i}`, nodes: 300, seed: i, dnsTtlSeconds: TTL }),
    )
    const [one] = clusters as [ModelCluster]
    for (const cluster of clusters) {
      run(cluster, 20)
      levers.setDnsBroken(cluster, 1 / 10)
      run(cluster, 120)
    }
    expect(one.dnsLostAt).toBeDefined()
    expect(shares(one, 'x7f3.default.svc.cluster.local').timeout).toBeCloseTo(1)
    for (let minutes = 2; minutes < 18; minutes += 5) {
      const empty = clusters.reduce((sum, { dnsEmpty }) => sum + dnsEmpty, 0) / clusters.length
      expect(Math.abs(answered(clusters) - (1 - empty))).toBeLessThan(0.08)
      for (const cluster of clusters) run(cluster, 300)
    }
    for (const cluster of clusters) run(cluster, 300)
    expect(answered(clusters)).toBe(0)
    expect(one.dnsEmpty).toBeGreaterThan(0.97)

    for (const cluster of clusters) {
      levers.setDnsBroken(cluster, 0)
      run(cluster, 400)
    }
    expect(one.dnsLostAt).toBeUndefined()
    expect(answered(clusters)).toBe(1)
  })

  it('answers SERVFAIL from replicas that restarted without the API', () => {
    const cluster = fresh()
    cluster.dnsSynced = 0
    const { servfail, timeout } = shares(cluster, 'x7f3.default.svc.cluster.local')
    expect(servfail).toBeGreaterThan(0.4)
    expect(timeout).toBeGreaterThan(0.2)
    expect(servfail + timeout).toBeCloseTo(1)
  })
})
