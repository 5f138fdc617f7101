import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CostMeter } from './cost-meter'
import { hashPhase } from './hash-phase'
import { JobSchedule } from './job-schedule'
import { PROBE_JOBS } from './probe-jobs'
import { readFailedChecks } from './read-failed-checks'
import { RequestGate } from './request-gate'
import { fakeCluster } from './testing/fake-cluster-client'

describe('JobSchedule', () => {
  const cluster = fakeCluster('one')

  it('is never due in the past or further away than its longest interval', () => {
    const step = fc.record({
      took: fc.integer({ min: 0, max: 40_000 }),
      failed: fc.boolean(),
      retryAfterMs: fc.option(fc.integer({ min: 0, max: 1e9 }), { nil: undefined }),
      mood: fc.constantFrom('calm' as const, 'distress' as const),
    })
    fc.assert(
      fc.property(fc.constantFrom(...PROBE_JOBS), fc.array(step, { maxLength: 30 }), (job, steps) => {
        let now = 1_000_000
        const schedule = new JobSchedule(job, cluster, now)
        for (const { took, mood, ...outcome } of steps) {
          now = Math.max(now, schedule.dueAt) + took
          schedule.finished(now, outcome, mood)
          expect(schedule.dueAt).toBeGreaterThan(now)
          const longest = Math.max(job.calmMs(cluster) * 2, job.distressMs, job.maxMs, 60_000)
          expect(schedule.dueAt).toBeLessThanOrEqual(now + longest)
        }
      }),
    )
  })

  it('doubles the interval of costly jobs on failure, and returns at the first success', () => {
    const job = PROBE_JOBS.find(j => j.name === 'metrics')
    if (!job) throw new Error('no metrics job')
    const schedule = new JobSchedule(job, cluster, 0)
    const intervals = [true, true, true, true, false].map(failed => {
      schedule.finished(schedule.dueAt, { failed }, 'calm')
      return schedule.intervalMs('calm') / 1000
    })
    expect(intervals).toEqual([90, 120, 120, 120, 45])
  })
})

describe('hashPhase', () => {
  it('spreads names that differ in one character evenly', () => {
    const buckets = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 2000; i++) {
      const bucket = Math.floor(hashPhase(`prod-eu-${i}/canary`) * 10)
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    expect(Math.min(...buckets)).toBeGreaterThan(140)
    expect(Math.max(...buckets)).toBeLessThan(260)
  })
})

describe('RequestGate', () => {
  const never = new AbortController().signal

  it('never lets more in than allowed, over the fleet and for one cluster, and lets everybody in at last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(4), { maxLength: 60 }), async ids => {
        const gate = new RequestGate(7, 2)
        const open: (() => void)[] = []
        let done = 0
        const runs = ids.map(id =>
          gate
            .run(`c${id}`, never, () => new Promise<void>(resolve => open.push(resolve)))
            .then(() => done++),
        )
        while (done < ids.length) {
          await Promise.resolve()
          expect(gate.inFlight).toBeLessThanOrEqual(7)
          for (let id = 0; id <= 4; id++) expect(gate.heldBy(`c${id}`)).toBeLessThanOrEqual(2)
          open.shift()?.()
          await Promise.resolve()
        }
        await Promise.all(runs)
        expect(gate.inFlight).toBe(0)
      }),
      { numRuns: 50 },
    )
  })

  it('gives a free place to the cluster that holds fewest', async () => {
    const gate = new RequestGate(4, 4)
    const hold = new Promise<void>(() => {})
    const finish: (() => void)[] = []
    for (let i = 0; i < 3; i++) void gate.run('busy', never, () => new Promise<void>(r => finish.push(r)))
    const entered: string[] = []
    const enter = (id: string) => () => {
      entered.push(id)
      return hold
    }
    void gate.run('busy', never, enter('busy'))
    void gate.run('idle', never, enter('idle'))
    expect(entered).toEqual(['idle'])
    finish[0]?.()
    await new Promise(setImmediate)
    expect(entered).toEqual(['idle'])
    finish[1]?.()
    await new Promise(setImmediate)
    expect(entered).toEqual(['idle', 'busy'])
  })

  it('gives up waiting when asked to', async () => {
    const gate = new RequestGate(1, 1)
    void gate.run('a', never, () => new Promise<void>(() => {}))
    const stop = new AbortController()
    const waiting = gate.run('b', stop.signal, async () => 'in')
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    expect(gate.inFlight).toBe(1)
  })
})

describe('CostMeter', () => {
  const limits = { maxInFlight: 1, maxInFlightPerCluster: 1, requestsPerMinute: 10, bytesPerMinute: 1000 }

  it('forgets what is older than a minute, and survives a clock that goes back', () => {
    const meter = new CostMeter(limits)
    const at = 1_700_000_000_000
    for (let i = 0; i < 12; i++) meter.sent(at + i * 10_000)
    expect(meter.cost(at + 110_000, 0)).toMatchObject({
      requestsPerMinute: 6,
      totalRequests: 12,
      overBudget: false,
    })
    meter.received(at + 110_000, 1000)
    expect(meter.cost(at + 110_000, 2)).toMatchObject({ bytesPerMinute: 1000, overBudget: true, inFlight: 2 })
    expect(meter.cost(at + 180_000, 0)).toMatchObject({
      requestsPerMinute: 0,
      bytesPerMinute: 0,
      totalBytes: 1000,
    })
    meter.sent(at - 3_600_000)
    expect(meter.cost(at - 3_600_000, 0).requestsPerMinute).toBeLessThanOrEqual(10)
    expect(meter.cost(at - 3_500_000, 0).requestsPerMinute).toBe(0)
  })
})

describe('readFailedChecks', () => {
  it('names the failed checks only', () => {
    const body =
      '[+]ping ok\n[-]etcd failed: reason withheld\n[-]poststarthook/x failed: reason withheld\nreadyz check failed\n'
    expect(readFailedChecks(body)).toEqual(['etcd', 'poststarthook/x'])
    expect(readFailedChecks('ok')).toEqual([])
    expect(readFailedChecks(`[-]${'x'.repeat(1e6)}`)[0]).toHaveLength(128)
  })
})
