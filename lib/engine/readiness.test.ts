import { describe, expect, it } from 'vitest'
import { testCluster } from '../fleet/test-cluster'
import type { Cluster } from '../fleet/types'
import { fakeCluster } from '../probe/testing/fake-cluster-client'
import type { InventoryFact } from '../probe/types'
import { ClusterRecord } from './cluster-record'
import { PROOF_HOLDS_MS } from './lane-proofs'
import { Readiness } from './readiness'

const STOCK = '.:53 {\n  kubernetes cluster.local {\n    ttl 30\n  }\n  cache 30\n}\n'
const NODE = (extra = '') =>
  `cluster.local:53 {\n  cache {\n    success 9984 30\n    denial 9984 5\n${extra}  }\n  forward . 10.0.0.10\n}\n`

function clusterOf(id: string, more: Partial<Cluster> = {}): Cluster {
  return testCluster(id, { name: id.toUpperCase(), region: 'eu', products: ['chat'], ...more })
}

function corefile(name: 'coredns' | 'node-local-dns', text: string | undefined, at = 1_000): InventoryFact {
  return { fact: 'corefile', clusterId: 'x', laneId: 'ordinary', at, name, corefile: text }
}

function recordOf(id: string, node: string | undefined, more: Partial<Cluster> = {}): ClusterRecord {
  const record = new ClusterRecord(clusterOf(id, more))
  record.learn(corefile('coredns', STOCK))
  record.learn(corefile('node-local-dns', node))
  return record
}

const byId = (...records: ClusterRecord[]) => new Map(records.map(record => [record.cluster.id, record]))

describe('the fleet by survival budget', () => {
  const bare = recordOf('bare', undefined)
  const cached = recordOf('cached', NODE(), { region: 'us', products: ['api'] })
  const stale = recordOf('stale', NODE('    serve_stale 1h verify\n'))

  it('puts the shortest first and tells what shortens it', async () => {
    const { clusters } = await new Readiness().fleet(byId(stale, cached, bare), {}, 5_000)
    expect(clusters.map(({ id }) => id)).toEqual(['bare', 'cached', 'stale'])
    expect(clusters[0]?.flags.map(({ code }) => code)).toContain('no-node-cache')
    expect(clusters[2]?.felt.p50).toBeGreaterThan(1_800)
  })

  it('takes those of one cluster, product or region', async () => {
    const ids = async (query: object) =>
      (await new Readiness().fleet(byId(stale, cached, bare), query, 0)).clusters.map(({ id }) => id)
    expect(await ids({ cluster: 'CACHED' })).toEqual(['cached'])
    expect(await ids({ product: 'api' })).toEqual(['cached'])
    expect(await ids({ region: 'eu' })).toEqual(['bare', 'stale'])
    await expect(ids({ region: 'mars' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is a gate: passes what outlives the bar, names what does not', async () => {
    const readiness = new Readiness()
    await expect(readiness.fleet(byId(stale), { minSurvivalSeconds: 1_800 }, 0)).resolves.toMatchObject({
      minSurvivalSeconds: 1_800,
    })
    await expect(readiness.fleet(byId(stale, bare), { minSurvivalSeconds: 1_800 }, 0)).rejects.toMatchObject({
      code: 'blocked-by-guard',
      message: '1 of 2 clusters does not outlive its control plane by 1800 s.',
      blockedBy: [{ guard: 'readiness.minSurvival', reason: expect.stringMatching(/^BARE: /) }],
    })
  })

  it('passes nothing that is only assumed, whatever the bar', async () => {
    const unread = new ClusterRecord(clusterOf('unread', { programDnsCacheSeconds: 7_200 }))
    const asked = new Readiness().fleet(byId(unread), { minSurvivalSeconds: 1 }, 0)
    await expect(asked).rejects.toMatchObject({ code: 'blocked-by-guard' })
  })

  it('tells which ways in are not proven', async () => {
    const record = new ClusterRecord(fakeCluster('lanes'))
    const part = { at: 1_000, ok: true, status: 200, durationMs: 1, detail: '' }
    const proof = { laneId: 'ordinary', server: 'https://127.0.0.1:1', context: 'lanes' }
    record.lanes.prove({ ...proof, read: part, write: part })
    const lanesAt = async (now: number) =>
      (await new Readiness().fleet(byId(record), {}, now)).clusters[0]?.lanes
    expect(await lanesAt(2_000)).toEqual({
      total: 2,
      unproven: [{ id: 'exempt', title: 'exempt', why: 'not proven yet' }],
    })
    expect((await lanesAt(1_001 + PROOF_HOLDS_MS))?.unproven[0]?.why).toContain('26 h')
    record.lanes.prove({ ...proof, server: 'https://elsewhere', read: part, write: part })
    expect((await lanesAt(2_000))?.unproven).toHaveLength(2)
  })

  it('computes with the lookups that were measured, and shows them', async () => {
    const traffic = new Map([['cached', { lookupsPerSecond: 400, names: 10, evictionsPerSecond: 0.05 }]])
    const readiness = new Readiness()
    const { clusters } = await readiness.fleet(byId(cached, bare), {}, 0, traffic)
    const byName = new Map(clusters.map(one => [one.id, one]))
    expect(byName.get('cached')?.traffic).toEqual({ lookupsPerSecond: 400, names: 10 })
    expect(byName.get('bare')?.traffic).toBeNull()
    const assumed = readiness.one(cached, 0)
    const measured = readiness.one(cached, 0, traffic.get('cached'))
    expect(measured.felt).toEqual(byName.get('cached')?.felt)
    expect(measured.felt.p50).not.toBeCloseTo(assumed.felt.p50, 1)
    expect(measured.load).toMatchObject({ basis: 'measured', lookupsPerSecond: 400, names: 10 })
    expect(assumed.load).toMatchObject({ basis: 'assumed', lookupsPerSecond: 20, names: 100 })
    // Hot names miss seldom, so once dry they are missed the more.
    expect(measured.load.onceDry.p50).toBeGreaterThan(4 * assumed.load.onceDry.p50)
  })

  it('proposes changes to the Corefiles that were read, the greatest gain first', () => {
    const { changes, felt } = new Readiness().one(cached, 0)
    expect(changes[0]?.code).toBe('serve-stale')
    const all = changes.filter(({ helps }) => helps === 'patient')
    const gains = all.map(({ gainSeconds }) => gainSeconds)
    expect(gains).toEqual([...gains].sort((a, b) => b - a))
    for (const { before } of all) expect(before.p50).toBeCloseTo(felt.p50, 6)
    for (const change of changes)
      expect(change.felt.p50 - change.before.p50).toBeCloseTo(change.gainSeconds, 6)
    expect(changes[0]?.diffs[0]?.diff).toContain('+')
  })
})

describe('what is declared of a cluster', () => {
  it('counts the caches of its programs', async () => {
    const without = recordOf('a', NODE())
    const with20 = recordOf('b', NODE(), { programDnsCacheSeconds: 1_200 })
    const { clusters } = await new Readiness().fleet(byId(without, with20), {}, 0)
    const [first, second] = clusters
    expect(first?.id).toBe('a')
    expect((second?.dry.p50 ?? 0) - (first?.dry.p50 ?? 0)).toBeGreaterThan(600)
  })

  it('reads the zone that the cluster has', () => {
    const record = new ClusterRecord(clusterOf('own', { clusterDomain: 'k8s.corp' }))
    record.learn(corefile('coredns', '.:53 {\n  kubernetes k8s.corp {\n    ttl 77\n  }\n  cache 300\n}\n'))
    expect(record.chain).toMatchObject({ zone: 'k8s.corp.', authorityTtlSeconds: 77 })
  })
})

describe('a Corefile that changes', () => {
  it('is told once, and not when it is read for the first time', () => {
    const record = new ClusterRecord(clusterOf('c'))
    const learn = (text: string | undefined, name: 'coredns' | 'node-local-dns' = 'coredns') =>
      record.learn(corefile(name, text))
    expect(learn(STOCK).corefileChanges).toEqual([])
    expect(learn(undefined, 'node-local-dns').corefileChanges).toEqual([])
    expect(learn(STOCK).corefileChanges).toEqual([])
    expect(learn(STOCK.replace('ttl 30', 'ttl 5')).corefileChanges).toEqual(['CoreDNS Corefile changed'])
    expect(learn(NODE(), 'node-local-dns').corefileChanges).toEqual(['node cache installed'])
    expect(learn(undefined, 'node-local-dns').corefileChanges).toEqual(['node cache removed'])
  })

  it('leaves the last good one in force when it is broken, and says so once', () => {
    const record = recordOf('d', undefined)
    const { chain } = record
    const broken = () => record.learn(corefile('coredns', '.:53 {\n  cache {\n'))
    expect(broken().corefileProblems).toHaveLength(1)
    expect(broken().corefileProblems).toEqual([])
    expect(record.chain).toBe(chain)
    record.learn(corefile('coredns', STOCK))
    expect(broken().corefileProblems).toHaveLength(1)
  })
})
