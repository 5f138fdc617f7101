import { describe, expect, it } from 'vitest'
import { testCluster } from '../fleet/test-cluster'
import type { ChangeSeen } from '../suspects/types'
import { clusterLoad } from './cluster-load'
import { ClusterRecord } from './cluster-record'

const MINUTE = 60_000
const START = Date.UTC(2024, 11, 11, 14, 0)

/** Four cores until the change at minute 30, forty afterwards; sick from minute 35 on. */
function overloaded(): ClusterRecord {
  const record = new ClusterRecord(testCluster('one'))
  for (let minute = 0; minute <= 240; minute++)
    record.cores.note(START + minute * MINUTE, minute < 30 ? 4 : 40)
  const change: ChangeSeen = {
    clusterId: 'one',
    at: START + 30 * MINUTE,
    source: 'inventory',
    kind: 'DaemonSet',
    namespace: 'telemetry',
    name: 'collector',
    created: true,
  }
  record.changes = [change]
  record.distressSince = START + 35 * MINUTE
  return record
}

describe('clusterLoad', () => {
  it.each([36, 60, 121, 240])('keeps the calm before the change as the baseline at minute %i', minute => {
    const load = clusterLoad(overloaded(), START + minute * MINUTE)
    expect(load.coresNow).toBe(40)
    expect(load.coresBaseline).toBe(4)
  })

  it('takes a load that nobody suffers from for the normal after an hour and a half', () => {
    const record = overloaded()
    record.distressSince = undefined
    expect(clusterLoad(record, START + 60 * MINUTE).coresBaseline).toBe(4)
    expect(clusterLoad(record, START + 200 * MINUTE).coresBaseline).toBe(40)
  })

  it('keeps the baseline of a look before a change that is only seen later', () => {
    const record = overloaded()
    expect(record.cores.before(START + 10 * MINUTE)).toBe(4)
    expect(record.cores.before(START + 45 * MINUTE)).toBe(40)
    expect(record.cores.before(START + 10 * MINUTE)).toBe(4)
  })
})
