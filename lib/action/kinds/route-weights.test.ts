import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backendsOf, shareOf, shiftWeights } from './route-weights'

const names = ['blue', 'green', 'red', 'grey']
const refs = fc.uniqueArray(fc.constantFrom(...names), { minLength: 2 }).chain(some =>
  fc.tuple(
    ...some.map(name =>
      fc.record({
        name: fc.constant(name),
        port: fc.constant(80),
        weight: fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined }),
      }),
    ),
  ),
)
const rules = fc.array(fc.record({ backendRefs: refs, matches: fc.constant([]) }), {
  minLength: 1,
  maxLength: 4,
})

describe('shifting weights', () => {
  it('gives the backend its share, keeps the others in proportion, and changes nothing but weights', () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: 0, max: 100 }), (before, percent) => {
        const to = before[0]?.backendRefs[0]?.name ?? ''
        const shifted = shiftWeights(before, to, percent)
        if ('leftOut' in shifted) return
        expect(shareOf(backendsOf(shifted.rules, to), to)).toBeCloseTo(percent / 100, 2)
        const bare = (some: unknown) =>
          JSON.stringify(some, (key, value) => (key === 'weight' ? undefined : value))
        expect(bare(shifted.rules)).toBe(bare(before))
        for (const [i, { backendRefs }] of before.entries()) {
          const after = shifted.rules[i]?.backendRefs as { weight: number }[]
          if (!backendRefs.some(ref => ref.name === to)) expect(after).toEqual(backendRefs)
          else for (const { weight } of after) expect(Number.isInteger(weight) && weight >= 0).toBe(true)
          const others = backendRefs.map((ref, at) => ({ ...ref, after: after[at]?.weight ?? 0 }))
          const [a, b] = others.filter(ref => ref.name !== to)
          if (a && b && (a.weight ?? 1) > (b.weight ?? 1)) expect(a.after).toBeGreaterThanOrEqual(b.after)
        }
      }),
    )
  })

  it.each([
    [[{ backendRefs: [{ name: 'blue' }] }], 'blue is the only backend of its rules'],
    [[{ backendRefs: [{ name: 'red' }, { name: 'grey' }] }], 'none of its rules sends to blue'],
    [
      [
        {
          backendRefs: [
            { name: 'blue', weight: 2_000 },
            { name: 'red', weight: 8_000 },
          ],
        },
      ],
      'blue has 20 % already',
    ],
    ['nonsense', 'its rules cannot be read'],
  ])('leaves %j out: %s', (given, leftOut) => {
    expect(shiftWeights(given, 'blue', 20)).toEqual({ leftOut })
  })
})
