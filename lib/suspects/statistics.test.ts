import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitLine, quantile, spread, studentQuantile, wilsonLower } from './statistics'

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true })

describe('wilsonLower', () => {
  it('is the known value for few and many cases', () => {
    expect(wilsonLower(1, 1)).toBeCloseTo(0.2065, 3)
    expect(wilsonLower(145, 145)).toBeCloseTo(0.974, 3)
    expect(wilsonLower(8, 10)).toBeCloseTo(0.4902, 3)
    expect(wilsonLower(0, 0)).toBe(0)
  })

  it('stays below the share, and grows with cases at the same share', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (hits, misses) => {
        const cases = hits + misses
        const lower = wilsonLower(hits, cases)
        expect(lower).toBeGreaterThanOrEqual(0)
        if (cases > 0) expect(lower).toBeLessThanOrEqual(hits / cases + 1e-12)
        expect(wilsonLower(hits * 3, cases * 3)).toBeGreaterThanOrEqual(lower - 1e-12)
      }),
    )
  })
})

describe('studentQuantile', () => {
  it.each([
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [5, 2.571],
    [10, 2.228],
    [30, 2.042],
    [200, 1.972],
  ])('is the table’s value for %i degrees of freedom', (degrees, table) => {
    expect(Math.abs(studentQuantile(degrees) / table - 1)).toBeLessThan(0.01)
  })

  it('knows nothing without degrees of freedom', () => {
    expect(studentQuantile(0)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('fitLine', () => {
  it('finds the line that points lie on', () => {
    const line = fc.record({ slope: fc.double({ min: -5, max: 5, noNaN: true }), intercept: finite })
    fc.assert(
      fc.property(line, ({ slope, intercept }) => {
        const fit = fitLine([0, 1, 2.5, 4, 7].map(x => [x, intercept + slope * x]))
        expect(fit?.slope).toBeCloseTo(slope, 3)
        expect(fit?.standardError).toBeLessThan(0.01)
      }),
    )
  })

  it('gives no line for too few points or no spread', () => {
    expect(
      fitLine([
        [0, 1],
        [1, 2],
      ]),
    ).toBeUndefined()
    expect(
      fitLine([
        [3, 1],
        [3, 2],
        [3, 5],
      ]),
    ).toBeUndefined()
  })

  it('never yields anything but finite numbers and an R² up to 1', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(finite, finite), { maxLength: 20 }), points => {
        const fit = fitLine(points)
        if (!fit) return
        for (const value of Object.values(fit)) expect(Number.isFinite(value)).toBe(true)
        expect(fit.r2).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('quantile', () => {
  it('interpolates, and is undefined for nothing', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
    expect(quantile([], 0.5)).toBeUndefined()
    expect(spread([7])).toBe(0)
  })
})
