import { expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock'
import type { KubeRequest } from '../kube/types'
import type { LaneProof } from '../probe/prove-lane'
import { FakeClusterClient, fakeCluster } from '../probe/testing/fake-cluster-client'
import { ClusterRecord } from './cluster-record'
import { LaneProver } from './lane-prover'
import { memoryOf, recall } from './memories'

const HOUR = 3_600_000
const GOOD: Record<string, number> = { GET: 200, POST: 201, DELETE: 404 }

function bench(clusters: number, answer = ({ method }: KubeRequest) => GOOD[method] ?? 500) {
  const clock = new FakeClock()
  const records = new Map<string, ClusterRecord>()
  for (let i = 0; i < clusters; i++) {
    const record = new ClusterRecord(fakeCluster(`c${i}`, ['ordinary', 'exempt', 'direct']))
    record.verdict = { state: 'Healthy', since: 0, reasons: [] }
    records.set(record.cluster.id, record)
  }
  const told: { id: string; lost: readonly LaneProof[] }[] = []
  const client = new FakeClusterClient(clock, (_, request) => ({ status: answer(request), latencyMs: 50 }))
  const prover = new LaneProver({
    clock,
    client,
    records: () => records,
    rng: () => 0.5,
    onProven: (record, lost) => told.push({ id: record.cluster.id, lost }),
    onFault: error => {
      throw error
    },
  })
  return { clock, records, client, prover, told }
}

const first = (records: Map<string, ClusterRecord>) => {
  const [record] = records.values()
  if (!record) throw new Error('no cluster')
  return record
}

it('proves every lane soon after the start, then once a day, a few clusters at once', async () => {
  const { clock, records, client, prover } = bench(30)
  prover.start()
  await clock.advance(2 * 60_000)
  for (const { lanes, cluster } of records.values())
    expect(lanes.unproven(cluster.lanes, clock.now())).toEqual([])
  expect(client.requests).toHaveLength(30 * 3 * 3)
  expect(client.mostInFlight).toBeLessThanOrEqual(4)
  await clock.advance(20 * HOUR)
  expect(client.requests).toHaveLength(30 * 3 * 3)
  await clock.advance(6 * HOUR)
  expect(client.requests).toHaveLength(2 * 30 * 3 * 3)
  for (const { lanes, cluster } of records.values())
    expect(lanes.unproven(cluster.lanes, clock.now())).toEqual([])
  await prover.stop()
  expect(clock.pending).toBe(0)
})

it('leaves a cluster in trouble alone unless somebody asks', async () => {
  const { clock, records, client, prover } = bench(1)
  const record = first(records)
  record.verdict = { state: 'LockedOut', since: 0, reasons: [] }
  prover.start()
  await clock.advance(HOUR)
  expect(client.requests).toHaveLength(0)
  const asked = Promise.all([prover.proveNow(record), prover.proveNow(record)])
  await clock.advance(1_000)
  await asked
  expect(client.requests).toHaveLength(9)
  await prover.stop()
})

it('tries a failed lane again within two hours, and tells once that it was lost', async () => {
  let write = 201
  const { clock, records, prover, told } = bench(1, ({ method }) =>
    method === 'POST' ? write : (GOOD[method] ?? 500),
  )
  prover.start()
  await clock.advance(60_000)
  write = 403
  await clock.advance(27 * HOUR)
  expect(told.filter(({ lost }) => lost.length > 0)).toHaveLength(1)
  const { lanes, cluster } = first(records)
  expect(lanes.unproven(cluster.lanes, clock.now())).toHaveLength(3)
  write = 201
  await clock.advance(2 * HOUR)
  expect(lanes.unproven(cluster.lanes, clock.now())).toEqual([])
  await prover.stop()
})

it('remembers over a restart, and does not ask again before its time', async () => {
  const before = bench(1)
  before.prover.start()
  await before.clock.advance(60_000)
  await before.prover.stop()
  const memory = memoryOf(first(before.records), 'lane-proofs', before.clock.now())

  const after = bench(1)
  const record = first(after.records)
  recall(record, JSON.parse(JSON.stringify(memory)))
  expect(record.lanes.unproven(record.cluster.lanes, after.clock.now())).toEqual([])
  after.prover.start()
  await after.clock.advance(12 * HOUR)
  expect(after.client.requests).toHaveLength(0)
  recall(record, { ...memory, value: [{ laneId: 'ordinary' }, 'x'] })
  expect(record.lanes.unproven(record.cluster.lanes, after.clock.now())).toEqual([])
  await after.prover.stop()
})
