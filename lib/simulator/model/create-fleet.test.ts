import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFleet, PRODUCTS, REGIONS } from './create-fleet'

describe('createFleet', () => {
  const fleet = createFleet({ seed: 1 })

  it('has 240 clusters of 40 to 7,500 nodes, some sixty of them large, in six regions and three products', () => {
    expect(fleet).toHaveLength(240)
    for (const { nodes } of fleet) {
      expect(nodes).toBeGreaterThanOrEqual(40)
      expect(nodes).toBeLessThanOrEqual(7500)
    }
    const large = fleet.filter(({ nodes }) => nodes > 900)
    expect(large.length).toBeGreaterThan(55)
    expect(large.length).toBeLessThan(70)
    for (const region of REGIONS)
      for (const product of PRODUCTS)
        expect(fleet.filter(c => c.region === region && c.product === product).length).toBeGreaterThan(10)
    expect(fleet.filter(({ platform }) => platform)).toHaveLength(12)
  })

  it('names clusters by region, product and number, in an order that tells nothing of the size', () => {
    expect(new Set(fleet.map(({ name }) => name)).size).toBe(240)
    for (const { name, product } of fleet)
      expect(name).toMatch(new RegExp(`^(us[ecw]|euw|apne|apse)-${product}-\\d\\d$`))
    const first = fleet.filter(({ name }) => name.endsWith('-01')).map(({ nodes }) => nodes)
    expect(Math.max(...first)).toBeGreaterThan(400)
  })

  it('runs versions that fit the seats a LIST takes', () => {
    for (const { seatsPerList, kubernetesVersion } of fleet) {
      const minor = Number(kubernetesVersion.split('.')[1])
      if (seatsPerList === 1) expect(minor).toBeLessThanOrEqual(29)
      else expect(minor).toBeGreaterThanOrEqual(31)
    }
    expect(fleet.filter(({ seatsPerList }) => seatsPerList === 10)).toHaveLength(60)
  })

  it('is the same for the same seed and another for another', () => {
    const facts = (seed: number) =>
      createFleet({ seed, clusters: 24 }).map(({ name, nodes, pods }) => ({ name, nodes, pods }))
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), seed => {
        expect(facts(seed)).toEqual(facts(seed))
        expect(facts(seed)).not.toEqual(facts(seed + 1))
      }),
      { numRuns: 20 },
    )
  })
})
