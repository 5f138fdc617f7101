import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ControlPlaneState } from '../health/types'
import { rankSuspects } from './rank-suspects'
import {
  calmFleet,
  change,
  DAY,
  HOUR,
  MINUTE,
  rollOutOver,
  seeded,
  T0,
  underLoad,
} from './testing/synthetic-fleet'
import type { ChangeSeen, ClusterLoad, Suspect } from './types'

const fleet = calmFleet()
const telemetry = rollOutOver(fleet, T0, 7_000)
const harmless = rollOutOver(fleet, T0 - 3 * HOUR, 7_000, {
  name: 'log-shipper',
  serviceAccount: 'log-shipper',
})
const evidence = (suspect: Suspect | undefined, kind: string) =>
  suspect?.evidence.find(one => one.kind === kind)

/** Some clusters ill since an instant each, for a reason that leaves their load alone. */
function ill(
  clusters: readonly ClusterLoad[],
  onset: (cluster: ClusterLoad) => number | undefined,
): ClusterLoad[] {
  return clusters.map(cluster => {
    const distressSince = onset(cluster)
    return distressSince === undefined ? cluster : { ...cluster, state: 'Strained', distressSince }
  })
}

describe('the roll-out that took clusters down', () => {
  const now = T0 + 20 * MINUTE
  const changes = telemetry.filter(({ at }) => at <= now)
  const clusters = underLoad(fleet, changes, now)
  const report = rankSuspects({ now, changes: [...changes, ...harmless], clusters })
  const [first] = report.suspects

  it('is the first suspect by far', () => {
    expect(first?.name).toBe('telemetry-collector')
    expect(first?.score).toBeGreaterThan(0.85)
    expect(report.suspects[1]?.score ?? 0).toBeLessThan(0.15)
    expect(report.considered).toBe(2)
  })

  it('is shown by time, space, caller and scaling, in words with figures', () => {
    const sick = clusters.filter(({ state }) => state === 'LockedOut')
    expect(sick.length).toBeGreaterThan(15)
    const figure = `${sick.length}/${sick.length}`
    expect(evidence(first, 'time')).toMatchObject({ figure })
    expect(evidence(first, 'time')?.text).toMatch(/Distress follows the change by 2\smin \(median\)/)
    expect(evidence(first, 'space')).toMatchObject({ figure })
    expect(evidence(first, 'space')?.text).toMatch(
      new RegExp(
        `^${sick.length} of ${sick.length} sick clusters carry it; no carrier over [\\d,]+ nodes has stayed healthy`,
      ),
    )
    expect(evidence(first, 'caller')?.text).toContain('service-accounts')
    expect(evidence(first, 'scaling')?.figure).toBe('N^1.9')
  })

  it('has the law and the size at which clusters break', () => {
    const law = first?.scaling
    expect(law?.exponent).toBeCloseTo(1.9, 1)
    expect(law?.standardError).toBeLessThan(0.02)
    expect(law?.r2).toBeGreaterThan(0.98)
    // 96 cores = 0.00008 · N^1.9
    expect(law?.criticalNodes).toBeGreaterThan(1400)
    expect(law?.criticalNodes).toBeLessThan(1800)
    expect(law?.points.length).toBeLessThanOrEqual(300)
  })

  it('is still rolling, with the clusters ahead that it would break', () => {
    const reached = new Set(changes.map(({ clusterId }) => clusterId))
    const ahead = fleet.filter(
      ({ clusterId, nodes = 0 }) => !reached.has(clusterId) && nodes >= (first?.scaling?.criticalNodes ?? 0),
    )
    expect(first?.rollout).toMatchObject({
      reached: changes.length,
      total: 240,
      stillRolling: true,
      atRisk: ahead.length,
    })
    expect(ahead.length).toBeGreaterThan(0)
    expect(first?.rollout.expectedEndAt).toBeGreaterThan(now)
  })

  it('is named from the first sick cluster on', () => {
    const firstOnset = Math.min(...clusters.flatMap(({ distressSince }) => distressSince ?? []))
    const early = firstOnset + 30_000
    const soFar = telemetry.filter(({ at }) => at <= early)
    const seen = underLoad(fleet, soFar, early)
    expect(seen.filter(({ state }) => state === 'LockedOut').length).toBeLessThan(4)
    const { suspects } = rankSuspects({ now: early, changes: [...soFar, ...harmless], clusters: seen })
    expect(suspects[0]?.name).toBe('telemetry-collector')
  })

  it('warns of itself before anybody is sick', () => {
    const bySize = [...fleet].sort((a, b) => (a.nodes ?? 0) - (b.nodes ?? 0))
    const small = rollOutOver(bySize.slice(0, 100), T0, 7_000)
    const seen = underLoad(fleet, small, now)
    const { suspects, verdict } = rankSuspects({ now, changes: small, clusters: seen })
    expect(seen.every(({ state }) => state === 'Healthy')).toBe(true)
    expect(suspects[0]?.name).toBe('telemetry-collector')
    expect(suspects[0]?.score).toBeLessThan(0.65)
    expect(suspects[0]?.rollout.atRisk).toBeGreaterThan(10)
    expect(verdict).toContain('Nobody is sick yet')
  })

  it('is still the first suspect when priority and fairness tells nothing, and when no load is known at all', () => {
    const blind = clusters.map(({ clusterId, nodes, state, distressSince }) => ({
      clusterId,
      nodes,
      state,
      distressSince,
    }))
    const { suspects } = rankSuspects({ now, changes: [...changes, ...harmless], clusters: blind })
    expect(suspects[0]?.name).toBe('telemetry-collector')
    expect(suspects[0]?.scaling).toBeUndefined()
    expect(suspects[0]?.score).toBeLessThan(0.7)
  })

  it('does not share its load with a roll-out that merely overlaps', () => {
    const third = rollOutOver(
      fleet.filter((_, i) => i % 3 === 0),
      T0 - 5 * MINUTE,
      500,
      { name: 'node-exporter', serviceAccount: 'node-exporter' },
    )
    const { suspects } = rankSuspects({ now, changes: [...changes, ...third], clusters })
    expect(suspects[0]?.name).toBe('telemetry-collector')
    expect(suspects[1]?.score ?? 0).toBeLessThan(0.1)
  })

  it('cannot be told from one that went everywhere with it: both are shown', () => {
    const twin = changes.map(one => ({ ...one, name: 'twin' }))
    const { suspects } = rankSuspects({ now, changes: [...changes, ...twin], clusters })
    expect(suspects.map(({ name }) => name).sort()).toEqual(['telemetry-collector', 'twin'])
    expect(suspects[0]?.score).toBe(suspects[1]?.score)
  })

  it('carries the pipeline’s word, placed or not', () => {
    const announcement = {
      at: T0,
      kind: 'DaemonSet',
      namespace: 'observability',
      name: 'telemetry-collector',
      note: 'ticket\n<b>77</b>',
      clusterIds: [],
    }
    const told = rankSuspects({ now, changes, clusters, announcements: [announcement] })
    expect(evidence(told.suspects[0], 'pipeline')?.text).toContain('“ticket <b>77</b>”')
    expect(told.suspects[0]?.score).toBe(rankSuspects({ now, changes, clusters }).suspects[0]?.score)
  })
})

describe('a small fleet', () => {
  it('names the roll-out by its law when one cluster of twelve is lost, with the width that twelve leave', () => {
    const twelve = calmFleet(12, 4)
    const changes = rollOutOver(twelve, T0, 45_000)
    const now = T0 + 20 * MINUTE
    const clusters = underLoad(twelve, changes, now, { a: 0.00004 })
    expect(clusters.filter(({ state }) => state === 'LockedOut')).toHaveLength(1)
    const [first] = rankSuspects({ now, changes, clusters }).suspects
    expect(first?.name).toBe('telemetry-collector')
    expect(first?.score).toBeGreaterThan(0.5)
    expect(first?.scaling?.clusters).toBeLessThanOrEqual(11)
    expect(first?.scaling?.standardError).toBeGreaterThan(0)
  })
})

describe('silence', () => {
  const now = T0 + 40 * MINUTE

  it('keeps it while nobody is sick, whatever changes', () => {
    const { suspects, verdict, ruledOut } = rankSuspects({
      now,
      changes: [...telemetry, ...harmless],
      clusters: fleet,
    })
    expect(suspects).toEqual([])
    expect(ruledOut).toBe(2)
    expect(verdict).toBe('No cluster is sick; there is nothing to explain.')
  })

  it('keeps it for a linear DaemonSet, however new', () => {
    const clusters = underLoad(fleet, telemetry, now, { a: 0.002, exponent: 1 })
    expect(rankSuspects({ now, changes: telemetry, clusters }).suspects).toEqual([])
  })

  it('blames nothing when storage is slow in one region and nothing changed', () => {
    const clusters = ill(fleet, ({ clusterId }) =>
      Number(clusterId.slice(1)) % 6 === 2 ? T0 + 10 * MINUTE : undefined,
    )
    const { suspects, verdict } = rankSuspects({ now, changes: [], clusters })
    expect(suspects).toEqual([])
    expect(verdict).toMatch(/^Nothing is known to have changed/)
  })

  it('blames no roll-out through the whole fleet when one region’s storage is slow', () => {
    const clusters = ill(fleet, ({ clusterId }) =>
      Number(clusterId.slice(1)) % 6 === 2 ? T0 + 32 * MINUTE : undefined,
    )
    const { suspects, verdict } = rankSuspects({ now, changes: [...telemetry, ...harmless], clusters })
    expect(suspects).toEqual([])
    expect(verdict).toMatch(/^None of the 2 changes .* fits the 40 sick/)
  })

  it('makes no blame of one coincidence', () => {
    const clusters = ill(fleet, ({ clusterId }) => (clusterId === 'c7' ? T0 + 3 * MINUTE : undefined))
    expect(rankSuspects({ now, changes: [change('c7', T0)], clusters }).suspects).toEqual([])
  })

  it('blames nothing that came after the distress', () => {
    const clusters = ill(fleet, ({ clusterId }) =>
      Number(clusterId.slice(1)) % 6 === 2 ? T0 - 10 * MINUTE : undefined,
    )
    const sick = clusters.filter(({ state }) => state === 'Strained')
    expect(rankSuspects({ now, changes: rollOutOver(sick, T0, 1000), clusters }).suspects).toEqual([])
  })

  it('looks at nothing older than three days, nor at changes of clusters it does not know', () => {
    const clusters = underLoad(fleet, telemetry, now)
    const changes = [...rollOutOver(fleet, T0 - 12 * DAY, 1), change('elsewhere', T0)]
    expect(rankSuspects({ now, changes, clusters })).toMatchObject({ suspects: [], considered: 0 })
  })
})

describe('laws', () => {
  const states: ControlPlaneState[] = [
    'Healthy',
    'Strained',
    'Overloaded',
    'LockedOut',
    'Dark',
    'Recovering',
    'Unknown',
  ]
  const now = T0 + HOUR
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
  const amount = fc.oneof(fc.double({ min: 0, max: 1e4, noNaN: true }), fc.constant(0))
  const time = fc.integer({ min: T0 - 4 * DAY, max: now + HOUR })
  const cluster = fc.record({
    clusterId: fc.integer({ min: 0, max: 20 }).map(i => `c${i}`),
    nodes: maybe(fc.integer({ min: 0, max: 10_000 })),
    state: fc.constantFrom(...states),
    distressSince: maybe(time),
    coresNow: maybe(amount),
    coresBaseline: maybe(amount),
    utilisation: maybe(amount),
    seatsByFlowSchema: maybe(
      fc.dictionary(
        fc.constantFrom('service-accounts', 'system-nodes', 'x'),
        fc.record({ now: amount, baseline: amount }),
      ),
    ),
  })
  const seen = fc.record({
    clusterId: fc.integer({ min: 0, max: 22 }).map(i => `c${i}`),
    at: time,
    name: fc.constantFrom('n', 'm', 'telemetry-collector'),
    version: fc.constantFrom('1', undefined),
    source: fc.constantFrom('inventory' as const, 'pipeline' as const),
  })
  const anyInput = fc.record({
    clusters: fc.uniqueArray(cluster, { selector: ({ clusterId }) => clusterId, maxLength: 20 }),
    changes: fc.array(
      seen.map(({ clusterId, at, ...more }) => change(clusterId, at, more)),
      { maxLength: 60 },
    ),
  })

  it('gives finite scores from 0 to 1, in order, for any rows', () => {
    fc.assert(
      fc.property(anyInput, input => {
        const report = rankSuspects({ now, ...input })
        let last = 1
        for (const suspect of report.suspects) {
          expect(suspect.score).toBeGreaterThan(0)
          expect(suspect.score).toBeLessThanOrEqual(last)
          last = suspect.score
          for (const { score, text, figure } of suspect.evidence) {
            expect(score).toBeGreaterThanOrEqual(0)
            expect(score).toBeLessThanOrEqual(1)
            expect(text + figure).not.toMatch(/NaN|Infinity|undefined/)
          }
        }
        expect(report.suspects.length + report.ruledOut).toBe(report.considered)
      }),
      { numRuns: 300 },
    )
  })

  it('does not depend on the order of rows', () => {
    const random = seeded(9)
    const mixed = <T>(rows: readonly T[]) =>
      rows
        .map(row => [random(), row] as const)
        .sort(([a], [b]) => a - b)
        .map(([, row]) => row)
    const changes: ChangeSeen[] = [...telemetry, ...harmless]
    const clusters = underLoad(fleet, telemetry, now)
    const brief = (input: { changes: ChangeSeen[]; clusters: ClusterLoad[] }) =>
      rankSuspects({ now, ...input }).suspects.map(({ id, score }) => [id, score.toFixed(9)])
    expect(brief({ changes: mixed(changes), clusters: mixed(clusters) })).toEqual(
      brief({ changes, clusters }),
    )
  })

  it('blames less the longer ago the change was', () => {
    const sick = ill(fleet, ({ nodes = 0 }) => (nodes > 1500 ? now - MINUTE : undefined))
    const scoreAt = (ageMs: number) =>
      rankSuspects({ now, changes: rollOutOver(fleet, now - ageMs, 0), clusters: sick }).suspects[0]?.score ??
      0
    const scores = [2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 2 * HOUR, DAY].map(scoreAt)
    for (let i = 1; i < scores.length; i++) expect(scores[i]).toBeLessThanOrEqual(scores[i - 1] ?? 0)
  })
})
