import fc from 'fast-check'
import { expect, it } from 'vitest'
import { niceCeiling } from './nice-ceiling'
import { spreadLabels } from './spread-labels'

it('keeps labels apart, inside, and in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -50, max: 250, noNaN: true }), { maxLength: 8 }), wanted => {
      const places = spreadLabels(wanted, 13, 0, 200)
      const pairs = wanted
        .map((at, i) => ({ at, place: places[i] ?? Number.NaN }))
        .sort((a, b) => a.place - b.place)
      for (let i = 0; i < pairs.length; i += 1) {
        const here = pairs[i]
        const before = pairs[i - 1]
        expect(here?.place).toBeGreaterThanOrEqual(0)
        expect(here?.place).toBeLessThanOrEqual(200)
        if (here && before) expect(here.place - before.place).toBeGreaterThanOrEqual(13 - 1e-9)
      }
    }),
  )
})

it('leaves labels where they want to be when there is room', () => {
  expect(spreadLabels([40, 10, 90], 13, 0, 200)).toEqual([40, 10, 90])
})

it('rounds an axis up to a number that halves well', () => {
  expect(niceCeiling(4_180)).toBe(5_000)
  expect(niceCeiling(0.62)).toBe(1)
  expect(niceCeiling(0)).toBe(1)
  expect(niceCeiling(Number.NaN)).toBe(1)
})
