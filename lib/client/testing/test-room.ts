import type { FleetClusterDto } from '../../wire/fleet'
import type { WarRoomDto } from '../../wire/stream'

const AT = '2024-12-11T23:00:00.000Z'

/** A healthy cluster for tests; parts are overridden as needed. */
export function testCluster(id: string, change: Partial<FleetClusterDto> = {}): FleetClusterDto {
  return {
    id,
    name: id,
    region: 'us-east',
    products: ['chat'],
    environment: 'production',
    nodes: 100,
    pods: 1_000,
    version: '1.31.4',
    controlPlane: { state: 'Healthy', since: AT, evidenceAt: AT, reasons: [], cause: null },
    dataPlane: {
      state: 'Fresh',
      apiLostAt: null,
      t0At: null,
      firstFailureAt: null,
      dryAt: null,
      secondsLeft: null,
      basis: 'estimated',
    },
    problem: null,
    ...change,
  }
}

/** A calm war room for tests. */
export function testRoom(change: Partial<WarRoomDto> = {}): WarRoomDto {
  return {
    seq: 10,
    epoch: 'a',
    clock: { wallAt: AT, at: AT, speed: 1, paused: false },
    simulation: null,
    fleet: {
      at: AT,
      simulated: false,
      products: [],
      clusters: [testCluster('one'), testCluster('two')],
      problems: [],
    },
    fuses: {
      at: AT,
      burning: 0,
      dry: 0,
      fresh: 2,
      next: null,
      apiLostAt: null,
      t0At: null,
      impactAt: null,
      allDryAt: null,
      outlook: null,
      curve: [],
      products: [],
      clusters: [],
    },
    suspects: { at: AT, suspects: [], considered: 0, ruledOut: 0, verdict: '' },
    actions: [],
    timeline: [],
    notices: [],
    frozen: null,
    incident: null,
    ...change,
  }
}
