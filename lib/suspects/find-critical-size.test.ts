import { describe, expect, it } from 'vitest'
import { findCriticalSize } from './find-critical-size'
import { mergeRollOuts } from './merge-roll-outs'
import { viewFleet } from './standing'
import { HOUR, MINUTE, rollOutOver, T0 } from './testing/synthetic-fleet'
import type { ClusterLoad } from './types'

const now = T0 + HOUR
const sizes = [100, 200, 400, 800, 1600, 3200, 6400]

/** Carriers of all sizes, those of `sick` locked out. */
function sizeOf(
  sick: readonly number[],
  more: (nodes: number) => Partial<ClusterLoad> = () => ({}),
  changedAt = T0,
) {
  const clusters = sizes.map(
    (nodes): ClusterLoad => ({
      clusterId: `c${nodes}`,
      nodes,
      state: sick.includes(nodes) ? 'LockedOut' : 'Healthy',
      distressSince: sick.includes(nodes) ? T0 + MINUTE : undefined,
      ...more(nodes),
    }),
  )
  const [rollOut] = mergeRollOuts(rollOutOver(clusters, changedAt, 0))
  if (!rollOut) throw new Error('no roll-out')
  const fleet = viewFleet(clusters, now)
  return findCriticalSize(rollOut, fleet, fleet.loads)
}

describe('findCriticalSize', () => {
  it('lies between the healthy and the sick', () => {
    expect(sizeOf([1600, 3200, 6400])).toEqual({ nodes: Math.round(Math.sqrt(800 * 1600)), basis: 'seen' })
    expect(sizeOf([6400])?.nodes).toBe(Math.round(Math.sqrt(3200 * 6400)))
  })

  it('bears an exception among many, none among few', () => {
    expect(sizeOf([800, 1600, 6400])?.nodes).toBe(Math.round(Math.sqrt(400 * 800)))
    expect(sizeOf([800, 6400])).toBeUndefined()
  })

  it('is not known when size does not part the sick from the healthy, or all are sick', () => {
    expect(sizeOf([100, 400, 1600])).toBeUndefined()
    expect(sizeOf([...sizes])).toBeUndefined()
    expect(sizeOf([])).toBeUndefined()
  })

  it('waits for carriers that took the change only now', () => {
    expect(sizeOf([3200, 6400], () => ({}), now - MINUTE)).toBeUndefined()
  })

  it('is extrapolated from utilisation while nobody is sick, and not too far', () => {
    const loads = (full: number) => (nodes: number) => ({
      coresBaseline: 0.01,
      coresNow: nodes / 100,
      utilisation: (nodes / full) ** 1.9,
    })
    expect(sizeOf([], loads(20_000))).toEqual({ nodes: 20_000, basis: 'extrapolated' })
    expect(sizeOf([], loads(100_000))).toBeUndefined()
  })
})
