import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { but, codes, textOf, Watch } from './testing/evidence'

const failing = () => ({ status: 500, durationMs: 2000, failedChecks: ['etcd'] })
const checks = (fails: (at: number) => boolean) => {
  const reply = (at: number) => (fails(at) ? failing() : {})
  return but({ readyz: reply, livez: reply })
}

describe('a store that fails now and then', () => {
  it('is one overload, not one a minute, however its failures fall', () => {
    const luck = fc.record({
      share: fc.double({ min: 0.35, max: 0.8, noNaN: true }),
      draws: fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), {
        minLength: 200,
        maxLength: 200,
      }),
    })
    let leavings = 0
    fc.assert(
      fc.property(luck, ({ share, draws }) => {
        const watch = new Watch()
        watch.play(60)
        let tries = 0
        watch.play(
          1200,
          checks(() => (draws[tries++ % draws.length] ?? 1) < share),
        )
        leavings += watch.path.filter(state => state === 'Recovering').length
      }),
      { numRuns: 30, seed: 12 },
    )
    // Ten hours of it: luck may let go of one now and then.
    expect(leavings).toBeLessThanOrEqual(3)
  })

  it('stays overloaded while one try within two minutes fails', () => {
    const watch = new Watch()
    watch.play(60)
    watch.play(
      120,
      checks(() => true),
    )
    expect(watch.verdict).toMatchObject({ state: 'Overloaded', cause: 'etcd' })
    let tries = 0
    const verdict = watch.play(600, but({ readyz: () => (tries++ % 7 === 6 ? failing() : {}) }))
    expect(tries).toBe(40)
    expect(watch.path).toEqual(['Healthy', 'Overloaded'])
    expect(textOf(verdict, 'etcd.failing')).toMatch(/failed [12] times? within 2 min: etcd/)
  })

  it('is over when nothing has failed for two minutes and a half', () => {
    const watch = new Watch()
    watch.play(60)
    watch.play(
      300,
      checks(() => true),
    )
    expect(textOf(watch.play(1), 'etcd.failing')).toMatch(/failed \d+ times within 2 min: etcd/)
    watch.play(89)
    expect(watch.verdict?.state).toBe('Overloaded')
    watch.play(90)
    expect(watch.verdict?.state).toBe('Recovering')
    expect(codes(watch.play(240))).toEqual([])
    expect(watch.path.slice(-3)).toEqual(['Overloaded', 'Recovering', 'Healthy'])
  })

  it('is no overload while one try of four fails from the beginning', () => {
    const watch = new Watch()
    watch.play(60)
    let tries = 0
    watch.play(600, but({ readyz: () => (tries++ % 4 === 3 ? failing() : {}) }))
    expect(watch.path).not.toContain('Overloaded')
  })
})
