import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignClusterIds } from './cluster-id'
import { didYouMean } from './did-you-mean'
import { matchGlob } from './match-glob'

describe('assignClusterIds', () => {
  it('gives unique URL-safe ids that do not depend on order', () => {
    const entries = fc.uniqueArray(fc.record({ name: fc.string(), identity: fc.string() }), {
      selector: ({ name, identity }) => `${name}\n${identity}`,
    })
    fc.assert(
      fc.property(entries, list => {
        const ids = assignClusterIds(list)
        expect(new Set(ids).size).toBe(list.length)
        for (const id of ids) expect(encodeURIComponent(id)).toBe(id)
        const reversed = assignClusterIds(list.toReversed()).toReversed()
        expect(reversed).toEqual(ids)
      }),
    )
  })
})

describe('matchGlob', () => {
  it('agrees with a regular expression', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 })
    fc.assert(
      fc.property(pattern, letters, (glob, name) => {
        const source = glob.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')
        expect(matchGlob(glob, name)).toBe(new RegExp(`^${source}$`).test(name))
      }),
    )
  })

  it('is quick on patterns that make regular expressions slow', () => {
    expect(matchGlob('*a'.repeat(200), 'a'.repeat(5000).concat('b'))).toBe(false)
  })
})

describe('didYouMean', () => {
  it('offers what is near and nothing else', () => {
    expect(didYouMean('kubeconfig', ['kubeconfigs', 'clusters'])).toBe('kubeconfigs')
    expect(didYouMean('colour', ['kubeconfigs', 'clusters'])).toBeUndefined()
  })
})
