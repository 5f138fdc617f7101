import { describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock'
import { LagMeter } from './lag-meter'

describe('LagMeter', () => {
  it('tells how late the process was since a time, and forgets what was before', async () => {
    const steps = new FakeClock()
    let stalled = 0
    const clock = { now: () => steps.now() + stalled, sleep: steps.sleep.bind(steps) }
    const lag = new LagMeter(clock)
    const stop = new AbortController()
    const running = lag.run(stop.signal)
    const start = clock.now()
    await steps.advance(10_000)
    expect(lag.since(start)).toBeUndefined()

    stalled += 4_000
    expect(lag.since(start)).toBeGreaterThanOrEqual(3_000)
    await steps.advance(10_000)
    expect(lag.since(start)).toBe(4_000)
    expect(lag.since(clock.now() - 5_000)).toBeUndefined()

    stop.abort()
    await running
    expect(steps.pending).toBe(0)
    stalled += 60_000
    expect(lag.since(clock.now() - 5_000)).toBeUndefined()
  })
})
