import { describe, expect, it } from 'vitest'
import { judge } from './judge'
import { rollUp } from './roll-up'
import { but, codes, refused, rejected, type Server, START, textOf, Watch } from './testing/evidence'
import { ObservationWindow } from './window'

describe('calm and unknown', () => {
  it('is Unknown without observations, and counts each state of a fleet', () => {
    const verdict = judge(new ObservationWindow(), START)
    expect(verdict).toMatchObject({ state: 'Unknown', since: START, evidenceAt: undefined })
    expect(codes(verdict)).toEqual(['data.missing'])
    expect(rollUp([verdict, { state: 'Dark' }, { state: 'Dark' }])).toMatchObject({
      Unknown: 1,
      Dark: 2,
      Healthy: 0,
    })
  })

  it('is Healthy as soon as an ordinary caller was served, and stays so without any reason to tell', () => {
    const watch = new Watch()
    const verdict = watch.play(600)
    expect(watch.path).toEqual(['Healthy'])
    expect(verdict).toMatchObject({ state: 'Healthy', since: START, reasons: [], cause: undefined })
  })

  it('is never Healthy on green probes alone', () => {
    const verdict = new Watch().play(120, but({ canary: () => undefined }))
    expect(verdict.state).toBe('Unknown')
    expect(codes(verdict)).toEqual(['canary.missing'])
  })

  it('is never Healthy on a first try that failed', () => {
    const watch = new Watch()
    expect(watch.play(4, but({ canary: rejected })).state).toBe('Unknown')
  })

  it('is Unknown when no evidence is newer than 90 s, and keeps since when it began', () => {
    const watch = new Watch()
    watch.play(60)
    const silent: Server = () => undefined
    const verdict = watch.play(300, silent)
    expect(watch.path).toEqual(['Healthy', 'Unknown'])
    expect(codes(verdict)).toEqual(['data.stale'])
    expect(verdict.since).toBeLessThanOrEqual(START + 160_000)
    expect(watch.play(30).state).toBe('Healthy')
  })

  it('is Unknown, not Dark, when our own credentials are the trouble', () => {
    const watch = new Watch()
    const verdict = watch.play(180, () => ({ outcome: 'credentials', detail: 'exec plugin failed' }))
    expect(watch.path).toEqual(['Unknown'])
    expect(textOf(verdict, 'lane.credentials')).toContain('exec plugin failed')
    const unknownCaller = new Watch().play(180, but({ canary: () => ({ status: 401 }) }))
    expect(unknownCaller).toMatchObject({ state: 'Unknown', reasons: [{ code: 'canary.unauthorised' }] })
  })

  it('counts a caller without rights as served: priority and fairness looks before authorization', () => {
    expect(new Watch().play(60, but({ canary: () => ({ status: 403 }) })).state).toBe('Healthy')
  })

  it('does not flap on noise of latency below its thresholds, nor on single failures', () => {
    const watch = new Watch()
    const noisy = but({
      canary: at => (at % 300_000 === 150_000 ? refused() : { durationMs: 100 + ((at / 1000) % 7) * 60 }),
      readyz: at => ({ durationMs: 50 + ((at / 1000) % 5) * 80 }),
    })
    watch.play(1200, noisy)
    expect(watch.path).toEqual(['Healthy'])
  })

  it('says that metrics cannot be read, which is no trouble of the cluster', () => {
    const verdict = new Watch().play(120, but({ metrics: () => ({ status: 403 }) }))
    expect(verdict.state).toBe('Healthy')
    expect(codes(verdict)).toEqual(['metrics.unreadable'])
  })
})

describe('our own lag', () => {
  const late = { outcome: 'timeout' as const, durationMs: 16_000, lagMs: 9_000 }

  it('is Unknown, not Dark, while this process does not get to run', () => {
    const watch = new Watch()
    watch.play(60)
    const verdict = watch.play(300, () => late)
    expect(watch.path).toEqual(['Healthy', 'Unknown'])
    expect(textOf(verdict, 'watcher.lagging')).toBe(
      'Holdfast itself is late by 9.0 s: its timeouts prove nothing',
    )
  })

  it('is taken off the waits of callers, and excuses no refusal', () => {
    expect(new Watch().play(120, but({ canary: () => ({ durationMs: 3_400, lagMs: 3_000 }) })).state).toBe(
      'Healthy',
    )
    expect(new Watch().play(120, () => ({ ...refused(), lagMs: 9_000 })).state).toBe('Dark')
  })

  it('still proves a lock-out by deadlines that passed mostly while this process ran', () => {
    const watch = new Watch()
    watch.canaryEverySeconds = 17
    watch.play(51)
    const hanging = but({ canary: () => ({ outcome: 'timeout', durationMs: 16_000, lagMs: 5_000 }) })
    expect(watch.play(60, hanging).state).toBe('LockedOut')
  })

  it('takes mild slowness for strain only when it lasts', () => {
    const watch = new Watch()
    watch.canaryEverySeconds = 15
    watch.play(300)
    const slow = but({ canary: () => ({ durationMs: 2_000 }), readyz: () => ({ durationMs: 2_000 }) })
    watch.play(45, slow)
    expect(watch.play(180).state).toBe('Healthy')
    expect(watch.path).toEqual(['Healthy'])
    expect(watch.play(120, slow).state).toBe('Strained')
  })
})
