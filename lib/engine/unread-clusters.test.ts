import { expect, it } from 'vitest'
import { testCluster } from '../fleet/test-cluster'
import { ClusterRecord } from './cluster-record'
import { unreadClusters } from './unread-clusters'

const NOW = Date.parse('2024-12-11T23:30:00Z')
const MINUTE = 60_000
const TARGET = { kind: 'DaemonSet', namespace: 'observability', name: 'telemetry-collector' } as const

function record(id: string, listedAt?: number, carriesSince?: number): ClusterRecord {
  const made = new ClusterRecord(testCluster(id))
  if (listedAt === undefined) return made
  const seen = {
    ...TARGET,
    uid: `${id}-uid`,
    labels: {},
    annotations: {},
    generation: 1,
    resourceVersion: '1',
    createdAt: carriesSince,
  }
  const fact = { clusterId: id, laneId: 'ordinary', fact: 'workloads', kind: 'DaemonSet' } as const
  made.learn({ ...fact, at: listedAt - MINUTE, workloads: [], truncated: false })
  const workloads = carriesSince === undefined ? [] : [seen]
  made.learn({ ...fact, at: listedAt, workloads, truncated: false })
  return made
}

it('names who was read before the roll-out began, and who was never read', () => {
  const records = [
    record('carries', NOW, NOW - 10 * MINUTE),
    record('read since', NOW - 9 * MINUTE),
    record('read before', NOW - 11 * MINUTE),
    record('never read'),
  ]
  expect(unreadClusters(records, [], TARGET)).toEqual(['read before', 'never read'])
})

it('names whom a pipeline says it reached, until a list is newer than its word', () => {
  const told = { ...TARGET, at: NOW - MINUTE, clusterIds: ['just reached', 'read since', 'carries'] }
  const records = [
    record('carries', NOW, NOW - MINUTE),
    record('just reached', NOW - 30_000),
    record('read since', NOW + 2 * MINUTE),
    record('not reached', NOW - 30_000),
  ]
  expect(unreadClusters(records, [told], TARGET)).toEqual(['just reached'])
  expect(unreadClusters(records, [{ ...told, name: 'another' }], TARGET)).toEqual([])
})
