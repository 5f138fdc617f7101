import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LINE, waitLine } from './wait-line'

const at = (second: number) => new Date(Date.UTC(2024, 11, 11, 23, 0, second)).toISOString()

describe('waits as a line', () => {
  it('is left out where there is too little to draw', () => {
    expect(waitLine({ waits: [], landedAt: null })).toBeNull()
    expect(waitLine({ waits: [{ at: at(1), ms: 5 }], landedAt: at(1) })).toBeNull()
  })

  it('breaks where callers were not served, marks them, and marks the landing inside of it only', () => {
    const waits = [5, null, null, 4_000, 10].map((ms, i) => ({ at: at(i * 10), ms }))
    const line = waitLine({ waits, landedAt: at(20) })
    expect(line?.path.match(/M/g)).toHaveLength(2)
    expect(line?.turnedAway).toEqual([24, 48])
    expect(line?.landed).toBe(48)
    expect(waitLine({ waits, landedAt: at(50) })?.landed).toBeNull()
  })

  it('never leaves its box, and is the lower the shorter the wait', () => {
    const wait = fc.option(fc.double({ min: 0, max: 1e7, noNaN: true }), { nil: null })
    fc.assert(
      fc.property(fc.array(wait, { minLength: 2, maxLength: 60 }), served => {
        const line = waitLine({ waits: served.map((ms, i) => ({ at: at(i), ms })), landedAt: null })
        const drawn = [...(line?.path.matchAll(/[ML]([\d.]+) ([\d.]+)/g) ?? [])]
        const heights = drawn.map(([, , y]) => Number(y))
        expect(drawn).toHaveLength(served.filter(ms => ms !== null).length)
        for (const [, x] of drawn) expect(Number(x)).toBeLessThanOrEqual(LINE.width)
        for (const y of heights) expect(y).toBeGreaterThanOrEqual(1)
        for (const y of heights) expect(y).toBeLessThanOrEqual(LINE.height - 1)
        const waits = served.flatMap(ms => ms ?? [])
        for (const [i, ms] of waits.entries())
          if ((waits[i + 1] ?? ms) > ms) expect(heights[i + 1]).toBeLessThanOrEqual(heights[i] ?? 0)
      }),
    )
  })
})
