import { expect, it } from 'vitest'
import { testCluster } from '../../fleet/test-cluster'
import { fleetClusterDto as wire } from '../../wire/fleet'
import { ClusterRecord } from '../cluster-record'
import { fleetClusterDto } from './fleet-dto'

const NOW = Date.parse('2024-12-11T23:30:00Z')

it('tells where the trouble sits, and null where nobody knows', () => {
  const record = new ClusterRecord(testCluster('a'))
  expect(wire.parse(fleetClusterDto(record, undefined, NOW)).controlPlane.cause).toBeNull()
  for (const cause of ['callers', 'etcd', 'webhook', 'zone', 'server'] as const) {
    record.verdict = { state: 'Overloaded', since: NOW, reasons: [], cause }
    expect(wire.parse(fleetClusterDto(record, undefined, NOW)).controlPlane).toMatchObject({
      state: 'Overloaded',
      cause,
    })
  }
})
