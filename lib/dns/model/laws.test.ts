import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeToShare } from './budget'
import { lossExceeds } from './cluster-failure'
import {
  answeredLayers,
  survivalBehind,
  survivalBehindHot,
  survivalKeepttlHot,
  survivalShared,
} from './layers'
import { effectiveSamples, reweigh } from './learn'
import { surge } from './load'
import { survivalTogether } from './lookup-records'
import { answeredLossy, survivalLossy } from './losses'
import { survivalPartial } from './partial'
import { failedWorkingSet, zipf } from './population'
import { survivalPrefetch } from './prefetch'
import { answeredPoisoned, survivalPoisoned } from './stale-fate'
import { answered, survival, survivalFromAnswered } from './survival'

const rate = fc.double({ min: -7, max: 3, noNaN: true }).map(Math.exp)
const ttl = fc.integer({ min: 1, max: 3600 })
const stale = fc.integer({ min: 0, max: 3600 })
const share = fc.double({ min: 0, max: 1, noNaN: true })
const record = fc.record({ rate, ttl, stale })
const RUNS = { numRuns: 100, seed: 20241211 }

/** S as a function of t for every model of one record. */
const CURVES: Record<string, (r: { rate: number; ttl: number; stale: number }) => (t: number) => number> = {
  kept: r => t => survival(t, r),
  poisoned: r => t => survivalPoisoned(t, r),
  prefetch: r => t => survivalPrefetch(t, { ...r, stale: 0, percent: 50, amount: 3 }),
  lossy: r => t => survivalLossy(t, { ...r, evict: 0.001, lossAfter: 0.01 }),
  behind: r => t => survivalBehind(t, { ...r, replicas: 2, nodes: 100, minTtl: Math.min(5, r.ttl) }),
  'behind, hot': r => t => survivalBehindHot(t, r.ttl, 3),
  shared: r => t => survivalShared(t, { ...r, nodes: 50 }),
  'keepttl, hot': r => t => survivalKeepttlHot(t, r.ttl),
  together: r => t =>
    survivalTogether(t, { rate: r.rate, records: [{ ttl: r.ttl }, { ttl: Math.ceil(r.ttl / 3) }] }),
  partial: r => t => survivalPartial(t, { ...r, dead: u => Math.min(1, u / 600) }),
  layers: r => t =>
    survivalFromAnswered(t, r.rate, l => answeredLayers(l, { ttl: r.ttl, rates: [2, r.rate] }), [r.ttl]),
}

describe('laws of survival', () => {
  it.each(Object.keys(CURVES))('%s: S starts at 1, stays in [0, 1] and never rises', name => {
    fc.assert(
      fc.property(record, share, share, (r, x, y) => {
        const s = CURVES[name]?.(r) ?? (() => Number.NaN)
        const horizon = r.ttl + r.stale + 20 / r.rate
        // Partial loss is stepped at a fraction of the TTL, so it is kept to a bounded number of steps.
        const bounded = name === 'partial' ? Math.min(horizon, 20 * r.ttl) : horizon
        const [early, late] = [Math.min(x, y) * bounded, Math.max(x, y) * bounded]
        expect(s(0)).toBeCloseTo(1, 9)
        expect(s(early)).toBeLessThanOrEqual(1 + 1e-6)
        expect(s(late)).toBeGreaterThanOrEqual(-1e-6)
        expect(s(late)).toBeLessThanOrEqual(s(early) + 2e-4)
      }),
      RUNS,
    )
  })

  it('the closed form is the master rule applied to J, and S stays above J', () => {
    fc.assert(
      fc.property(record, share, (r, x) => {
        const t = x * (r.ttl + r.stale + 5 / r.rate)
        const byRule = survivalFromAnswered(t, r.rate, l => answered(l, r), [r.stale, r.ttl + r.stale])
        expect(survival(t, r)).toBeCloseTo(byRule, 4)
        expect(survival(t, r)).toBeGreaterThanOrEqual(answered(t, r) - 1e-9)
      }),
      RUNS,
    )
  })

  it('poison that comes later leaves more answered, never more than a kept copy, and ever less with time', () => {
    fc.assert(
      fc.property(record, share, share, fc.integer({ min: 0, max: 60 }), (r, x, y, from) => {
        const [early, late] = [Math.min(x, y), Math.max(x, y)].map(z => z * (r.ttl + r.stale)) as [
          number,
          number,
        ]
        const j = answeredPoisoned(early, { ...r, from })
        expect(j).toBeLessThanOrEqual(answered(early, r) + 1e-9)
        expect(j).toBeGreaterThanOrEqual(answeredPoisoned(early, r) - 1e-9)
        expect(answeredPoisoned(late, { ...r, from })).toBeLessThanOrEqual(j + 1e-9)
      }),
      RUNS,
    )
  })

  it('a dropped copy lives no longer than a poisoned one, and that no longer than a kept one', () => {
    fc.assert(
      fc.property(record, share, (r, x) => {
        const t = x * (r.ttl + r.stale)
        expect(survivalPoisoned(t, r)).toBeGreaterThanOrEqual(survival(t, { ...r, stale: 0 }) - 1e-3)
        expect(survivalPoisoned(t, r)).toBeLessThanOrEqual(survival(t, r) + 1e-3)
      }),
      RUNS,
    )
  })

  it('hot names end evenly over one TTL, after the stale allowance; names nobody asks for never fail', () => {
    fc.assert(
      fc.property(ttl, stale, share, (tau, d, x) => {
        expect(survival(d + x * tau, { rate: 1e6, ttl: tau, stale: d })).toBeCloseTo(1 - x, 3)
        expect(survival(x * (tau + d), { rate: 1e-12, ttl: tau, stale: d })).toBeCloseTo(1, 6)
      }),
      RUNS,
    )
  })

  it('losing all of the upstream is the plain cache, losing none of it loses nothing', () => {
    fc.assert(
      fc.property(rate, ttl, share, (l, tau, x) => {
        const t = 2 * x * tau
        const all = survivalPartial(t, { rate: Math.min(l, 5), ttl: tau, dead: () => 1, cells: 400 })
        expect(Math.abs(all - survival(t, { rate: Math.min(l, 5), ttl: tau }))).toBeLessThan(0.01)
        expect(survivalPartial(t, { rate: l, ttl: tau, dead: () => 0 })).toBe(1)
      }),
      RUNS,
    )
  })

  it('each layer and each replica takes its part; no losses are no losses', () => {
    fc.assert(
      fc.property(rate, ttl, share, fc.integer({ min: 1, max: 9 }), (l, tau, x, r) => {
        const t = x * tau
        const rates = [l, l]
        expect(answeredLayers(t, { ttl: tau, rates: [...rates, l] })).toBeLessThanOrEqual(
          answeredLayers(t, { ttl: tau, rates }) + 1e-9,
        )
        expect(survivalBehindHot(t, tau, r + 1)).toBeLessThanOrEqual(survivalBehindHot(t, tau, r) + 1e-12)
        expect(answeredLossy(t, { rate: l, ttl: tau })).toBeCloseTo(answered(t, { rate: l, ttl: tau }), 9)
      }),
      RUNS,
    )
  })

  it('the time to a share is where the share is reached', () => {
    fc.assert(
      fc.property(record, fc.double({ min: 0.01, max: 0.9, noNaN: true }), (r, q) => {
        const t = timeToShare(u => 1 - survival(u, r), q, 1e6)
        fc.pre(Number.isFinite(t) && t > 0.01)
        expect(1 - survival(t, r)).toBeCloseTo(q, 6)
      }),
      RUNS,
    )
  })
})

describe('laws of mixes, learning and load', () => {
  it('a mix shares its queries out, and fails between none and all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e5 }), share, share, (names, s, f) => {
        const classes = zipf(100, names, s + 0.3)
        expect(classes.length).toBeLessThanOrEqual(70)
        expect(classes.reduce((sum, c) => sum + c.count, 0)).toBe(names)
        expect(classes.reduce((sum, c) => sum + c.count * c.rate, 0)).toBeCloseTo(100, 6)
        expect(failedWorkingSet(classes, () => f)).toBeCloseTo(f, 9)
      }),
      RUNS,
    )
  })

  it('what was seen moves the weight to those that expected it, and weights stay a distribution', () => {
    const particles = [0.1, 0.5, 0.9].map(u => ({ u, weight: 1 / 3 }))
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), (failed, fine) => {
        const after = reweigh(particles, p => p.u, { failed, lookups: failed + fine })
        expect(after.reduce((sum, p) => sum + p.weight, 0)).toBeCloseTo(1, 9)
        const [low, , high] = after
        if (failed > fine) expect(high?.weight).toBeGreaterThan(low?.weight ?? 1)
        expect(effectiveSamples(after)).toBeLessThanOrEqual(3 + 1e-9)
      }),
      RUNS,
    )
  })

  it('losses beyond a headroom are a probability that falls with the headroom', () => {
    const member = fc.record({ weight: fc.integer({ min: 1, max: 50 }), failed: share })
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 8 }), share, share, (members, a, b) => {
        const tight = lossExceeds(members, Math.min(a, b))
        expect(tight).toBeGreaterThanOrEqual(lossExceeds(members, Math.max(a, b)) - 1e-9)
        expect(tight).toBeLessThanOrEqual(1 + 1e-9)
      }),
      RUNS,
    )
  })

  it('the return surge starts with every lookup going upstream and settles at the miss rate', () => {
    expect(surge(0, { rate: 2, ttl: 30 })).toBeCloseTo(2, 9)
    expect(surge(3000, { rate: 0.1, ttl: 30 })).toBeCloseTo(0.1 / 4, 4)
  })
})
