import { describe, expect, it } from 'vitest'
import type { ActionSummary, ShotRow } from '../../action/store'
import { actionSummaryDto } from './action-dto'

const NOW = Date.parse('2024-12-11T23:00:00Z')

const action: ActionSummary = {
  id: 'a',
  kind: 'remove-service',
  state: 'running',
  digest: 'd'.repeat(64),
  by: 'ada',
  reason: 'it floods',
  plannedAt: NOW,
  confirmedAt: NOW,
  expiresAt: NOW + 60_000,
  target: { kind: 'DaemonSet', namespace: 'o', name: 'telemetry' },
  blastRadius: { clusters: 4, fleetClusters: 9, nodes: 4, workloads: 4, pods: 4, products: [] },
}

const shot = (clusterId: string, wave: number, state: ShotRow['state'], step = 0): ShotRow => ({
  id: `${clusterId}-${step}`,
  actionId: 'a',
  clusterId,
  step,
  stepKind: 'delete-workload',
  wave,
  state,
  write: { method: 'DELETE', path: '/x', guard: 'uid' },
  token: 0,
  fuseAt: 0,
  expiresAt: 0,
  attempts: 0,
  lastAttempts: [],
  detail: '',
  updatedAt: NOW,
})

describe('what an action waits for', () => {
  const next = (over: Partial<ActionSummary>, ...shots: ShotRow[]) =>
    actionSummaryDto({ ...action, ...over }, shots).nextWave
  const shots = [
    shot('a', 0, 'trying'),
    shot('a', 0, 'waiting', 1),
    shot('b', 1, 'waiting'),
    shot('c', 2, 'waiting'),
    shot('d', 2, 'waiting'),
  ]

  it('names the next wave and how many clusters of it have not begun', () => {
    expect(next({}, ...shots)).toEqual({ wave: 'first', clusters: 1 })
    expect(next({ widenedTo: 1 }, ...shots)).toEqual({ wave: 'all', clusters: 2 })
    expect(
      next({ widenedTo: 1 }, ...shots.slice(0, 3), shot('c', 2, 'armed'), shot('d', 2, 'waiting')),
    ).toEqual({ wave: 'all', clusters: 1 })
  })

  it('has none once all are released, nor where it does not run', () => {
    expect(next({ widenedTo: 2 }, ...shots)).toBeNull()
    expect(next({}, shot('a', 0, 'landed'))).toBeNull()
    expect(next({ state: 'aborting' }, ...shots)).toBeNull()
  })

  it('tells of the undo while it is being undone', () => {
    const undo = { action: { ...action, undoOf: 'a' }, shots }
    const told = actionSummaryDto(
      { ...action, state: 'undoing' },
      [shot('a', 0, 'verified')],
      undefined,
      undo,
    )
    expect(told).toMatchObject({ state: 'undoing', nextWave: { wave: 'first', clusters: 1 } })
  })

  it('says who paused it, and clusters by their names', () => {
    const pause = { by: 'holdfast', at: NOW, cause: 'worse' as const, reason: 'p99', clusterIds: ['a'] }
    expect(actionSummaryDto({ ...action, pause }, [], id => `eu-${id}`).pause).toEqual({
      by: 'holdfast',
      at: '2024-12-11T23:00:00.000Z',
      cause: 'worse',
      reason: 'p99',
      clusters: [{ id: 'a', name: 'eu-a' }],
    })
    expect(actionSummaryDto(action, []).pause).toBeNull()
  })
})
