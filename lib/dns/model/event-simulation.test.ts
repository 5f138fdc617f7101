import { describe, expect, it } from 'vitest'
import { survivalBehindHot, survivalShared } from './layers'
import { survivalPartial } from './partial'
import { answeredPoisoned, survivalPoisoned } from './stale-fate'
import { survival } from './survival'
import { lastRefresh, shareOf, TOLERANCE, waiting } from './testing/simulate'

describe('formulas against a simulation lookup by lookup', () => {
  it.each([
    [0.3, 30, 0, 20],
    [0.05, 30, 0, 45],
    [0.1, 30, 60, 75],
    [0.02, 60, 120, 150],
  ])('kept copies: rate %d, ttl %d, stale %d at %d s', (rate, ttl, stale, until) => {
    const simulated = shareOf(7, rng => {
      const { refreshedAt, next } = lastRefresh(rng, rate, ttl)
      for (let t = next; t <= until; t += waiting(rng, rate)) if (t >= refreshedAt + ttl + stale) return false
      return true
    })
    expect(Math.abs(simulated - survival(until, { rate, ttl, stale }))).toBeLessThan(TOLERANCE)
  })

  it('poisoned copies: the first lookup after expiry is answered and is the last one', () => {
    const [rate, ttl, stale, until] = [0.1, 30, 3600, 40]
    const simulated = shareOf(8, rng => {
      const { refreshedAt, next } = lastRefresh(rng, rate, ttl)
      let poisoned = false
      for (let t = next; t <= until; t += waiting(rng, rate)) {
        if (poisoned) return false
        poisoned = t >= refreshedAt + ttl
      }
      return true
    })
    expect(Math.abs(simulated - survivalPoisoned(until, { rate, ttl, stale }))).toBeLessThan(TOLERANCE)
  })

  it.each([10, 25, 45, 70])('poisoned copies: share of lookups answered at %d s', at => {
    const [rate, ttl, stale] = [0.1, 30, 50]
    const simulated = shareOf(12, rng => {
      const { refreshedAt, next } = lastRefresh(rng, rate, ttl)
      const expiry = refreshedAt + ttl
      // A lookup before `at` and after expiry has stored the error.
      for (let t = next; t < at; t += waiting(rng, rate)) if (t >= expiry) return false
      return at < expiry + stale
    })
    expect(Math.abs(simulated - answeredPoisoned(at, { rate, ttl, stale }))).toBeLessThan(TOLERANCE)
  })

  it.each([3, 10, 25, 45, 70])('poisoned from 8 s on: share of lookups answered at %d s', at => {
    const [rate, ttl, stale, from] = [0.1, 30, 50, 8]
    const simulated = shareOf(13, rng => {
      const { refreshedAt, next } = lastRefresh(rng, rate, ttl)
      const expiry = refreshedAt + ttl
      for (let t = next; t < at; t += waiting(rng, rate)) if (t >= expiry && t >= from) return false
      return at < expiry + stale
    })
    expect(Math.abs(simulated - answeredPoisoned(at, { rate, ttl, stale, from }))).toBeLessThan(TOLERANCE)
  })

  it('one upper cache that lives on: node copies end with it', () => {
    const [rate, ttl, nodes, until] = [0.1, 30, 30, 22]
    const simulated = shareOf(9, rng => {
      const upper = lastRefresh(rng, rate * nodes, ttl)
      const first = waiting(rng, rate)
      for (let t = first; t <= until; t += waiting(rng, rate)) if (t >= upper.refreshedAt + ttl) return false
      return true
    })
    expect(Math.abs(simulated - survivalShared(until, { rate, ttl, nodes }))).toBeLessThan(TOLERANCE)
  })

  it('hot names behind two upper caches in random phase', () => {
    const [ttl, until] = [30, 12]
    const simulated = shareOf(10, rng => {
      // A hot copy is refetched the moment it ends, from either upper cache, with what is left there.
      const phases = [rng() * ttl, rng() * ttl]
      let now = -40 * ttl
      while (now <= 0) {
        const phase = phases[rng() < 0.5 ? 0 : 1] ?? 0
        const age = (((now - phase) % ttl) + ttl) % ttl
        now += ttl - age
      }
      return now > until
    })
    expect(Math.abs(simulated - survivalBehindHot(until, ttl, 2))).toBeLessThan(TOLERANCE)
  })

  it('half of the upstream dead', () => {
    const [rate, ttl, f, until] = [0.2, 30, 0.5, 70]
    const simulated = shareOf(11, rng => {
      let { refreshedAt, next } = lastRefresh(rng, rate, ttl)
      for (let t = next; t <= until; t += waiting(rng, rate)) {
        if (t < refreshedAt + ttl) continue
        if (rng() < f) return false
        refreshedAt = t
      }
      return true
    })
    expect(Math.abs(simulated - survivalPartial(until, { rate, ttl, dead: () => f }))).toBeLessThan(TOLERANCE)
  })
})
