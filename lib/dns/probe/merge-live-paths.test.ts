import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LivePathView } from '../fuse/types'
import { mergeLivePaths, type SeenLivePath, SOURCE_VALID_MS } from './merge-live-paths'

const NOW = 1_000_000
const seen = (
  origin: SeenLivePath['origin'],
  state: LivePathView['state'],
  more: Partial<LivePathView> = {},
): SeenLivePath => ({
  origin,
  view: {
    at: NOW - 5_000,
    state,
    ...(state === 'failing' && { failingSince: NOW - 60_000, failure: 'servfail' as const, bins: [] }),
    ...more,
  },
})

describe('mergeLivePaths', () => {
  it('knows nothing of nobody, and nothing of those who have fallen silent', () => {
    expect(mergeLivePaths([], NOW)).toBeUndefined()
    const old = seen('agent', 'failing', { at: NOW - SOURCE_VALID_MS - 1 })
    expect(mergeLivePaths([old], NOW)).toBeUndefined()
    expect(mergeLivePaths([old, seen('probe', 'answering')], NOW)).toMatchObject({ state: 'answering' })
  })

  it('believes an error from whoever asks, since the earliest of them', () => {
    const merged = mergeLivePaths(
      [
        seen('agent', 'answering'),
        seen('agent', 'failing', { failingSince: NOW - 90_000, failure: 'silent' }),
        seen('probe', 'failing', { failingSince: NOW - 60_000 }),
      ],
      NOW,
    )
    // The silence is contradicted by the other replica, the SERVFAIL is not.
    expect(merged).toMatchObject({ state: 'failing', by: 'probe', failure: 'servfail' })
    expect(merged?.failingSince).toBe(NOW - 60_000)
  })

  it('does not take a cut way from outside for a failure while an agent inside hears answers', () => {
    const outside = seen('probe', 'failing', { failure: 'silent' })
    expect(mergeLivePaths([outside], NOW)).toMatchObject({ state: 'failing', failure: 'silent' })
    expect(mergeLivePaths([outside, seen('agent', 'answering')], NOW)).toMatchObject({ state: 'answering' })
    expect(mergeLivePaths([outside, seen('agent', 'unreachable')], NOW)).toMatchObject({ state: 'failing' })
    const both = mergeLivePaths([outside, seen('agent', 'failing', { failure: 'silent' })], NOW)
    expect(both).toMatchObject({ state: 'failing', failure: 'silent' })
  })

  it('lets those who ask decide over what metrics conclude from a restart', () => {
    const restart = seen('metrics', 'failing')
    expect(mergeLivePaths([restart], NOW)).toMatchObject({ state: 'failing', failingSince: NOW - 60_000 })
    expect(mergeLivePaths([restart, seen('probe', 'answering')], NOW)).toMatchObject({ state: 'answering' })
    expect(mergeLivePaths([restart, seen('probe', 'unreachable')], NOW)).toMatchObject({ state: 'failing' })
  })

  it('joins the evidence: failures of one, good answers of another, names that were read', () => {
    const failing = seen('agent', 'failing', {
      bins: [{ at: NOW - 60_000, asked: 1, failed: 1 }],
      names: [{ name: 'b', resolver: 'r', readAt: NOW - 40_000, ttlSeconds: 3 }],
    })
    const second = seen('probe', 'failing', {
      failingSince: NOW - 30_000,
      names: [{ name: 'a', resolver: 'r', readAt: NOW - 50_000, ttlSeconds: 9 }],
    })
    const good = { ...seen('agent', 'answering'), goodAt: [NOW - 70_000, NOW - 59_000] }
    const merged = mergeLivePaths([failing, second, good], NOW)
    expect(merged?.bins).toEqual([
      { at: NOW - 60_000, asked: 1, failed: 1 },
      { at: NOW - 59_000, asked: 1, failed: 0 },
    ])
    expect(merged?.names?.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('says the same in whatever order the sources come, and fails only when one of them does', () => {
    const source = fc
      .record({
        origin: fc.constantFrom('probe' as const, 'agent' as const, 'metrics' as const),
        state: fc.constantFrom('answering' as const, 'failing' as const, 'unreachable' as const),
        failure: fc.constantFrom('silent' as const, 'servfail' as const),
        age: fc.nat(200_000),
        since: fc.nat(600_000),
      })
      .map(({ origin, state, failure, age, since }) =>
        seen(origin, state, {
          at: NOW - age,
          ...(state === 'failing' && { failure, failingSince: NOW - age - since }),
        }),
      )
    fc.assert(
      fc.property(fc.array(source, { maxLength: 6 }), sources => {
        const merged = mergeLivePaths(sources, NOW)
        const { failure: _one, by: _by, ...forth } = merged ?? {}
        const { failure: _two, by: _again, ...back } = mergeLivePaths(sources.toReversed(), NOW) ?? {}
        expect(back).toEqual(forth)
        const fresh = sources.filter(({ view }) => NOW - view.at <= SOURCE_VALID_MS)
        if (!fresh.some(({ view }) => view.state === 'failing')) expect(merged?.state).not.toBe('failing')
        if (merged?.state === 'failing')
          expect(fresh.map(({ view }) => view.failingSince)).toContain(merged.failingSince)
      }),
    )
  })
})
