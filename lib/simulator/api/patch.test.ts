import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../objects/types'
import { jsonPatch, mergePatch, sameJson, strategicMergePatch } from './patch'

const documents = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })) as fc.Arbitrary<JsonObject>

describe('JSON patch', () => {
  it('adds what can be removed again, whatever the key', () => {
    fc.assert(
      fc.property(documents, fc.string(), fc.jsonValue({ maxDepth: 2 }), (document, key, value) => {
        fc.pre(!Object.hasOwn(document, key))
        const path = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
        const added = jsonPatch(document, [
          { op: 'add', path, value: value as string },
          { op: 'test', path, value: value as string },
        ])
        expect(sameJson(jsonPatch(added, [{ op: 'remove', path }]), document)).toBe(true)
      }),
    )
  })

  it('leaves the document alone', () => {
    const document = { a: { b: [1, 2] } }
    jsonPatch(document, [{ op: 'remove', path: '/a/b/0' }])
    expect(document).toEqual({ a: { b: [1, 2] } })
  })

  it('takes what is absent for null, and replaces it all the same', () => {
    expect(jsonPatch({ a: 1 }, [{ op: 'test', path: '/b', value: null }])).toEqual({ a: 1 })
    expect(jsonPatch({ a: 1 }, [{ op: 'replace', path: '/b', value: 2 }])).toEqual({ a: 1, b: 2 })
    for (const path of ['/b', '/b/c']) {
      const value = path === '/b' ? 0 : null
      expect(() => jsonPatch({ a: 1 }, [{ op: 'test', path, value }])).toThrow('the server rejected')
    }
  })

  it('refuses paths that lead nowhere', () => {
    for (const step of [
      { op: 'remove', path: '/a/7' },
      { op: 'add', path: '/missing/x', value: 1 },
      { op: 'unknown', path: '/a' },
    ]) {
      expect(() => jsonPatch({ a: [] }, [step])).toThrow('the server rejected our request')
    }
  })
})

describe('merge patch', () => {
  it('gives the patch itself for an empty document, without what is null', () => {
    fc.assert(
      fc.property(documents, document => {
        const once = mergePatch({}, document)
        expect(mergePatch(once, document)).toEqual(once)
      }),
    )
  })
})

describe('strategic merge patch', () => {
  const target = {
    containers: [
      { name: 'a', image: 'x:1' },
      { name: 'b', image: 'y:1' },
    ],
    finalizers: ['one'],
  }

  it('merges containers by name, in place', () => {
    expect(
      strategicMergePatch(target, { containers: [{ name: 'b', image: 'y:2' }, { name: 'c' }] }).containers,
    ).toEqual([{ name: 'a', image: 'x:1' }, { name: 'b', image: 'y:2' }, { name: 'c' }])
  })

  it('deletes and replaces when told to, and joins sets', () => {
    expect(
      strategicMergePatch(target, { containers: [{ name: 'a', $patch: 'delete' }] }).containers,
    ).toHaveLength(1)
    expect(strategicMergePatch(target, { finalizers: ['two', 'one'] }).finalizers).toEqual(['one', 'two'])
    expect(strategicMergePatch({ a: { b: 1 } }, { a: { $patch: 'replace', c: 2 } })).toEqual({ a: { c: 2 } })
  })
})
