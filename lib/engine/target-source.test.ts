import { expect, it } from 'vitest'
import { ObservationWindow } from '../health/window'
import type { Observation } from '../probe/types'
import type { ClusterRecord } from './cluster-record'
import { createTargetSource } from './target-source'

const NOW = Date.parse('2024-12-11T23:00:00Z')

const canary = (secondsAgo: number, over: Partial<Observation> = {}): Observation => ({
  clusterId: 'a',
  laneId: 'ordinary',
  probe: 'canary',
  at: NOW - secondsAgo * 1_000,
  durationMs: 40,
  outcome: 'answer',
  status: 200,
  bytes: 0,
  detail: '',
  ...over,
})

it('tells how callers fared since a moment: what was sent before it, or failed by our own doing, is left out', () => {
  const window = new ObservationWindow()
  for (const seen of [
    canary(70),
    canary(62, { durationMs: 9_000 }),
    canary(50),
    canary(45, { status: 403 }),
    canary(40, { outcome: 'credentials', status: 0 }),
    canary(30, { status: 429, durationMs: 5 }),
    canary(20, { outcome: 'timeout', status: 0, durationMs: 10_000 }),
  ])
    window.append(seen)
  // Only what this question reads of a record.
  const record = { window, verdict: { state: 'Healthy' }, cluster: { id: 'a' } } as unknown as ClusterRecord
  const source = createTargetSource(
    { get: () => record, all: () => [record] },
    () => {
      throw new Error('no fuse is asked for')
    },
    () => NOW,
  )
  const told = source.cluster('a')?.callers?.(NOW - 60_000)
  expect(told?.map(({ at, waitMs, served }) => [(NOW - at) / 1_000, waitMs, served])).toEqual([
    [49.96, 40, true],
    [44.96, 40, true],
    [29.995, 5, false],
    [10, 10_000, false],
  ])
})
