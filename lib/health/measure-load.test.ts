import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { increase, measureLoad, sumLoads } from './measure-load'
import { calmSample, observation, START, sample } from './testing/evidence'
import { ObservationWindow } from './window'

const timed = (at: number, facts: Parameters<typeof sample>[0], laneId = 'direct-1') => ({
  at,
  laneId,
  sample: sample(facts),
})

describe('measureLoad', () => {
  it('takes rates between two scrapes of one API server', () => {
    const load = measureLoad(
      timed(START + 40_000, {
        processStartAt: 1,
        cpuSecondsTotal: 100,
        requestsByCode: { '200': 500, '429': 40 },
        listsByResource: { pods: 20 },
        inflightReadOnly: 61,
        etcdRequests: { count: 300, sumSeconds: 30 },
        requestDuration: { le: [Number.POSITIVE_INFINITY], cumulative: [540], sumSeconds: 50 },
        priorityLevels: [{ name: 'workload-low', rejectedTotal: 40 }],
        flowSchemas: [
          { name: 'service-accounts', priorityLevel: 'workload-low', executingSeats: 61 },
          { name: 'idle', priorityLevel: 'workload-low', executingSeats: 0 },
        ],
      }),
      timed(START, {
        processStartAt: 1,
        cpuSecondsTotal: 20,
        requestsByCode: { '200': 100 },
        listsByResource: { pods: 16 },
        etcdRequests: { count: 100, sumSeconds: 10 },
        requestDuration: { le: [Number.POSITIVE_INFINITY], cumulative: [100], sumSeconds: 10 },
      }),
    )
    expect(load).toMatchObject({
      cpuCores: 2,
      responsesPerSecond: 11,
      listsPerSecond: 0.1,
      inFlightReads: 61,
      etcdMeanSeconds: 0.1,
      etcdShare: 0.5,
      // The series did not exist before its first event: all of it is new.
      rejectedPerSecond: 1,
      seatsByFlowSchema: { 'workload-low/service-accounts': 61 },
    })
  })

  it('compares nothing with another process, a cut text, or scrapes too near or too far apart', () => {
    const older = timed(START, { processStartAt: 1, cpuSecondsTotal: 5 })
    expect(
      measureLoad(timed(START + 40_000, { processStartAt: 2, cpuSecondsTotal: 6 }), older),
    ).toBeUndefined()
    expect(measureLoad(timed(START + 40_000, { processStartAt: 1, cut: true }), older)).toBeUndefined()
    expect(measureLoad(timed(START + 1_000, { processStartAt: 1 }), older)).toBeUndefined()
    expect(measureLoad(timed(START - 40_000, { processStartAt: 1 }), older)).toBeUndefined()
    expect(measureLoad(timed(START + 3_600_000, { processStartAt: 1 }), older)).toBeUndefined()
  })

  it('takes a counter that went back as not known, and never makes a negative or endless rate', () => {
    expect(increase(5, 10)).toBeUndefined()
    expect(increase(5, undefined)).toBe(5)
    expect(increase(undefined, 5)).toBeUndefined()
    const number = fc.oneof(fc.double(), fc.constantFrom(undefined))
    fc.assert(
      fc.property(number, number, fc.integer({ min: 5, max: 600 }), (a, b, seconds) => {
        const load = measureLoad(
          timed(START + seconds * 1000, { processStartAt: 1, cpuSecondsTotal: a }),
          timed(START, { processStartAt: 1, cpuSecondsTotal: b }),
        )
        expect(load?.cpuCores ?? 0).toBeGreaterThanOrEqual(0)
        expect(Number.isFinite(load?.cpuCores ?? 0)).toBe(true)
      }),
    )
  })
})

describe('ObservationWindow', () => {
  it('adds up the API servers, each compared with itself although they take turns', () => {
    const window = new ObservationWindow()
    for (let i = 0; i < 8; i++) {
      const at = START + i * 45_000
      const startedAt = START - 3_600_000 - (i % 2) * 1000
      window.append(
        observation('metrics', at, { laneId: `direct-${(i % 2) + 1}`, sample: calmSample(at, startedAt) }),
      )
    }
    const load = window.load(START + 8 * 45_000)
    expect(load).toMatchObject({ replicas: 2, readsInFlight: 4 })
    expect(load?.cpuCores).toBeCloseTo(1, 1)
    expect(load?.responsesPerSecond).toBeCloseTo(100, 0)
    expect(window.load(START + 3_600_000)).toBeUndefined()
    expect(sumLoads([])).toBeUndefined()
  })

  it('forgets the old process of a direct lane when a new one answers there', () => {
    const window = new ObservationWindow()
    for (const [i, startedAt] of [START - 9000, START - 9000, START + 60_000, START + 60_000].entries()) {
      const at = START + i * 45_000
      window.append(observation('metrics', at, { laneId: 'direct-1', sample: calmSample(at, startedAt) }))
    }
    expect(window.replicas(START + 180_000)).toHaveLength(1)
    expect(window.restarts(START + 180_000)).toEqual([START + 60_000])
  })

  it('is bounded whatever is observed', () => {
    const window = new ObservationWindow()
    for (let i = 0; i < 3000; i++) {
      const at = START + i * 1000
      window.append(observation('canary', at, { laneId: `lane-${i}` }))
      window.append(observation('metrics', at, { laneId: `lane-${i}`, sample: calmSample(at, START + i) }))
    }
    const now = START + 3_000_000
    expect(window.recent('canary', 0, now)).toHaveLength(120)
    expect(window.recent('metrics', 0, now)).toHaveLength(20)
    expect(window.lanes()).toHaveLength(32)
    expect(window.replicas(now).length).toBeLessThanOrEqual(16)
  })

  it('takes new evidence for the newest after the clock went back', () => {
    const window = new ObservationWindow()
    window.append(observation('canary', START))
    window.append(observation('canary', START - 3_600_000))
    expect(window.evidenceAt).toBe(START - 3_600_000 + 20)
    expect(window.recent('canary', 0, START - 3_500_000)).toHaveLength(1)
  })
})
