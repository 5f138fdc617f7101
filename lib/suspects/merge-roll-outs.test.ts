import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHANGE_WINDOW_MS, keepChanges } from './keep-changes'
import { mergeRollOuts } from './merge-roll-outs'
import { placeAnnouncement } from './place-announcement'
import { calmFleet, change, DAY, HOUR, MINUTE, rollOutOver, T0 } from './testing/synthetic-fleet'
import { trackProgress } from './track-progress'

describe('mergeRollOuts', () => {
  it('joins the same change over clusters, and keeps versions and workloads apart', () => {
    const rollOuts = mergeRollOuts([
      change('a', T0),
      change('b', T0 + MINUTE),
      change('a', T0, { version: 'v0.9.2' }),
      change('a', T0, { name: 'log-shipper' }),
      change('a', T0, { kind: 'Deployment' }),
    ])
    expect(rollOuts.map(({ id, times }) => [id, times.size])).toEqual([
      ['DaemonSet/observability/telemetry-collector@v0.9.3', 2],
      ['DaemonSet/observability/telemetry-collector@v0.9.2', 1],
      ['DaemonSet/observability/log-shipper@v0.9.3', 1],
      ['Deployment/observability/telemetry-collector@v0.9.3', 1],
    ])
    expect(rollOuts[0]).toMatchObject({
      firstAt: T0,
      lastAt: T0 + MINUTE,
      serviceAccount: 'telemetry-collector',
    })
  })

  it('joins what a pipeline told to what clusters show, whose own times go first', () => {
    const told = placeAnnouncement({
      at: T0 - MINUTE,
      kind: 'daemonset',
      namespace: 'observability',
      name: 'telemetry-collector',
      clusterIds: ['a', 'b', 'b'],
      note: 'wave 2',
    })
    const [only, ...others] = mergeRollOuts([change('a', T0), ...told])
    expect(others).toEqual([])
    expect(only?.kind).toBe('DaemonSet')
    expect(only?.told?.note).toBe('wave 2')
    expect([...(only?.times ?? [])]).toEqual([
      ['b', [T0 - MINUTE]],
      ['a', [T0]],
    ])
  })

  it('tells roll-outs without a version apart by a day’s pause, with ids of their own', () => {
    const rollOuts = mergeRollOuts([
      change('a', T0 - 2 * DAY, { version: undefined }),
      change('a', T0, { version: undefined }),
    ])
    expect(rollOuts.map(({ firstAt }) => firstAt)).toEqual([T0 - 2 * DAY, T0])
    expect(new Set(rollOuts.map(({ id }) => id)).size).toBe(2)
  })

  it('loses no cluster and invents none, with unique ids, for any changes', () => {
    const anyChange = fc.record({
      clusterId: fc.constantFrom('a', 'b', 'c'),
      at: fc.integer({ min: T0 - 3 * DAY, max: T0 }),
      source: fc.constantFrom('inventory' as const, 'pipeline' as const),
      kind: fc.constantFrom('DaemonSet', 'Deployment'),
      namespace: fc.constantFrom('x', 'y'),
      name: fc.constantFrom('n', 'm'),
      version: fc.constantFrom('1', '2', undefined),
      created: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 40 }), changes => {
        const rollOuts = mergeRollOuts(changes)
        expect(new Set(rollOuts.map(({ id }) => id)).size).toBe(rollOuts.length)
        const reached = new Set(
          rollOuts.flatMap(({ kind, namespace, name, times }) =>
            [...times.keys()].map(id => [id, kind, namespace, name].join()),
          ),
        )
        expect(reached).toEqual(new Set(changes.map(c => [c.clusterId, c.kind, c.namespace, c.name].join())))
        for (const { firstAt, lastAt, times } of rollOuts) {
          const all = [...times.values()].flat()
          expect(Math.min(...all)).toBe(firstAt)
          expect(Math.max(...all)).toBe(lastAt)
        }
      }),
    )
  })
})

describe('keepChanges', () => {
  it('keeps one of each, the earliest, and drops what is too old', () => {
    const kept = keepChanges(
      [change('a', T0), change('b', T0 - CHANGE_WINDOW_MS - 1)],
      [change('a', T0 - MINUTE), change('a', T0, { uid: 'again' })],
      T0,
    )
    expect(kept.map(({ clusterId, at, uid }) => [clusterId, at, uid])).toEqual([
      ['a', T0 - MINUTE, undefined],
      ['a', T0, 'again'],
    ])
  })
})

describe('trackProgress', () => {
  const fleet = calmFleet(100)
  const [rollOut] = mergeRollOuts(rollOutOver(fleet.slice(0, 60), T0, 10_000))
  if (!rollOut) throw new Error('no roll-out')

  it('expects the end by the pace of late', () => {
    const { stillRolling, expectedEndAt } = trackProgress(rollOut, 100, rollOut.lastAt + 5_000)
    expect(stillRolling).toBe(true)
    expect(expectedEndAt).toBe(rollOut.lastAt + 40 * 10_000)
  })

  it('sees that it has stopped, and that it is through', () => {
    expect(trackProgress(rollOut, 100, rollOut.lastAt + HOUR).stillRolling).toBe(false)
    expect(trackProgress(rollOut, 60, rollOut.lastAt + 1).stillRolling).toBe(false)
  })

  it('never expects an end in the past', () => {
    const now = rollOut.lastAt + 3 * MINUTE
    expect(trackProgress(rollOut, 61, now).expectedEndAt).toBe(now)
  })
})
