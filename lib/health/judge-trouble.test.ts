import { describe, expect, it } from 'vitest'
import { allRefused, but, codes, rejected, START, textOf, Watch } from './testing/evidence'
import type { Verdict } from './types'

describe('locked out and dark', () => {
  it('is LockedOut when ordinary callers are rejected three times while another lane is served', () => {
    const watch = new Watch()
    watch.play(60)
    const verdict = watch.play(60, but({ canary: rejected }))
    expect(verdict).toMatchObject({ state: 'LockedOut', since: START + 60_000, cause: 'callers' })
    expect(textOf(verdict, 'canary.rejected')).toMatch(
      /^ordinary callers: \d+ tries in \d+ s, all rejected \(429\)$/,
    )
    expect(textOf(verdict, 'lane.open')).toContain('lane exempt is served in')
    const lockedAt = watch.states.find(([state]) => state === 'LockedOut')?.[1] ?? 0
    expect(lockedAt).toBeLessThanOrEqual(START + 60_000 + 12_000)
  })

  it('is LockedOut after 30 s of timeouts, though there were only two', () => {
    const watch = new Watch()
    watch.canaryEverySeconds = 17
    watch.play(51)
    const hanging = but({ canary: () => ({ outcome: 'timeout', durationMs: 16_000 }) })
    watch.play(36, hanging)
    expect(watch.verdict).toMatchObject({ state: 'LockedOut', since: START + 51_000 })
    expect(codes(watch.verdict as Verdict)[0]).toBe('canary.timeout')
  })

  it('is Overloaded, not LockedOut, when every lane gets errors', () => {
    const error = () => ({ status: 504, durationMs: 900 })
    const verdict = new Watch().play(
      60,
      but({ canary: error, 'exempt-canary': error, readyz: error, livez: error }),
    )
    expect(verdict.state).toBe('Overloaded')
    expect(codes(verdict)).toContain('canary.errors')
  })

  it('is Dark after 30 s in which no lane answers, since the first silence', () => {
    const watch = new Watch()
    watch.play(60)
    const verdict = watch.play(120, allRefused)
    expect(watch.path).toEqual(['Healthy', 'Overloaded', 'Dark'])
    expect(verdict.since).toBeGreaterThanOrEqual(START + 59_000)
    expect(verdict.since).toBeLessThanOrEqual(START + 61_000)
    expect(textOf(verdict, 'cluster.silent')).toContain('refused')
    const darkAt = watch.states.at(-1)?.[1] ?? 0
    expect(darkAt - verdict.since).toBeLessThanOrEqual(36_000)
  })

  it('goes from Dark to LockedOut when only probes answer again, and to Recovering when callers are served', () => {
    const watch = new Watch()
    watch.play(60)
    watch.play(120, allRefused)
    watch.play(60, but({ canary: rejected }))
    watch.play(30)
    expect(watch.path).toEqual(['Healthy', 'Overloaded', 'Dark', 'LockedOut', 'Recovering'])
  })
})

describe('recovery', () => {
  it('is Recovering from the third try that is served, and Healthy after three calm minutes', () => {
    const watch = new Watch()
    watch.play(60)
    watch.play(120, but({ canary: rejected }))
    const fixedAt = watch.now
    watch.play(300)
    expect(watch.path).toEqual(['Healthy', 'Overloaded', 'LockedOut', 'Recovering', 'Healthy'])
    const [, recoveringAt] = watch.states.at(-2) ?? ['', 0]
    const [, healthyAt] = watch.states.at(-1) ?? ['', 0]
    expect(recoveringAt - fixedAt).toBeLessThanOrEqual(12_000)
    expect(healthyAt - recoveringAt).toBeGreaterThanOrEqual(180_000)
    expect(healthyAt - recoveringAt).toBeLessThanOrEqual(250_000)
  })

  it('falls back at once when callers are turned away again', () => {
    const watch = new Watch()
    watch.play(60)
    watch.play(60, but({ canary: rejected }))
    watch.play(60)
    expect(watch.verdict).toMatchObject({ state: 'Recovering', reasons: [{ code: 'recovery.watching' }] })
    const relapse = watch.now
    const verdict = watch.play(30, but({ canary: rejected }))
    expect(verdict).toMatchObject({ state: 'LockedOut', since: relapse })
  })

  it('is Strained by slow callers, holds while they are nearly as slow, and lets go after a minute', () => {
    const watch = new Watch()
    watch.play(60)
    const verdict = watch.play(120, but({ canary: () => ({ durationMs: 1500 }) }))
    expect(verdict).toMatchObject({ state: 'Strained', reasons: [{ code: 'canary.slow', severity: 'warn' }] })
    expect(verdict.reasons[0]?.text).toBe('ordinary callers wait 1.5 s (95 % within 1.5 s)')
    watch.play(600, but({ canary: () => ({ durationMs: 800 }) }))
    expect(watch.path).toEqual(['Healthy', 'Strained'])
    watch.play(180)
    expect(watch.path).toEqual(['Healthy', 'Strained', 'Healthy'])
    expect(new Watch().play(120, but({ canary: () => ({ durationMs: 7000 }) })).state).toBe('Overloaded')
  })

  it('does not flap while half of the callers are turned away', () => {
    const watch = new Watch()
    watch.play(60)
    watch.play(900, but({ canary: at => (at % 10_000 === 0 ? rejected() : {}) }))
    expect(watch.path).toEqual(['Healthy', 'Strained', 'Overloaded'])
  })
})
