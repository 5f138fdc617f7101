import { describe, expect, it } from 'vitest'
import { meanAbsoluteError, measure, reaches } from '../fuse/measured-curve'

/** One node's lookups as [second, name, answered]; T0 is at 100 s, the API server was lost at 90 s. */
function curveOf(...nodes: [number, number, 0 | 1][][]) {
  const lookups = nodes.map(node => ({
    sentAt: node.map(([second]) => second * 1000),
    name: node.map(([, name]) => name),
    answered: node.map(([, , answered]) => answered),
  }))
  return measure(lookups, 4, { apiLostAt: 90_000, t0At: 100_000, endedAt: 103_500 })
}

describe('what the fuse bench measures', () => {
  it('counts lookups by the second, and names by their first failure for good', () => {
    const curve = curveOf(
      [
        [10, 0, 1],
        [20, 1, 1],
        [95, 2, 0],
        [100.1, 0, 1],
        [100.9, 1, 0],
        [101.5, 1, 1],
        [102.2, 0, 0],
        // Beyond the last whole second, and a name that was not in use before T0.
        [103.2, 2, 0],
        [102.5, 3, 0],
      ],
      [
        [99, 0, 1],
        [101.2, 0, 1],
      ],
    )
    expect(curve.answered).toEqual([0.5, 1, 0])
    expect(curve.surviving).toEqual([0.75, 0.75, 0.5])
    expect(curve.survivingThree).toEqual([0, 0, 0])
    expect(curve).toMatchObject({ lookups: 6, answeredWell: 1, answeredWhileApiLost: 0.5 })
  })

  it('finds when a curve reaches a level, between the middles of its seconds', () => {
    expect(reaches([0.9, 0.7, 0.1], 0.5)).toBeCloseTo(1.5 + 0.2 / 0.6)
    expect(reaches([0.2, 0.1], 0.5)).toBeCloseTo(0.125)
    expect(reaches([1, 0.9], 0.5)).toBeNull()
    expect(meanAbsoluteError([1, 0.5], [0.8, 0.6])).toBeCloseTo(0.15)
  })
})
