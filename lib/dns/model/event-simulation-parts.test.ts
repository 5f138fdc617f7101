import { describe, expect, it } from 'vitest'
import { failedCluster } from './cluster-failure'
import { answeredLayers, survivalKeepttlHot } from './layers'
import { amplification, surge } from './load'
import { survivalAll, survivalTogether } from './lookup-records'
import { answeredLossy, evictionRate, lruLife, lruTime, survivalLossy } from './losses'
import { zipf } from './population'
import { survivalPrefetch } from './prefetch'
import { hitRatio, survival } from './survival'
import { lastRefresh, seeded, shareOf, TOLERANCE, waiting } from './testing/simulate'

const near = (simulated: number, formula: number, more = 0) =>
  expect(Math.abs(simulated - formula)).toBeLessThan(TOLERANCE + more)

describe('what makes a name last longer', () => {
  it.each([
    [1, 25],
    [3, 25],
    [3, 45],
  ])('prefetch with AMOUNT %d, at %d s', (amount, until) => {
    const [rate, ttl, percent, duration] = [0.2, 30, 50, 60]
    const simulated = shareOf(21, rng => {
      let now = -300 * (1 + rng())
      let refreshedAt = now
      let hits = 0
      let last = now
      for (now += waiting(rng, rate); now < 0; now += waiting(rng, rate)) {
        if (now >= refreshedAt + ttl) {
          refreshedAt = now
          hits = 0
        } else {
          hits = now - last > duration ? 1 : hits + 1
          if (hits >= amount && now >= refreshedAt + ttl * (1 - percent / 100)) refreshedAt = now
        }
        last = now
      }
      for (; now <= until; now += waiting(rng, rate)) if (now >= refreshedAt + ttl) return false
      return true
    })
    near(simulated, survivalPrefetch(until, { rate, ttl, percent, amount, duration }), 0.012)
  })

  it.each([15, 40])('keepttl above, only the authority lost: hot names at %d s', until => {
    const ttl = 30
    const simulated = shareOf(22, rng => {
      // The upper copy is renewed without end; a node's copy gets a full TTL whenever it is fetched from it.
      const upperEnds = ttl * rng()
      let node = -10 * ttl * rng()
      while (node + ttl <= 0) node += ttl
      // After T0 the upper copy still answers until it ends; the node fetches once more from it if it can.
      let ends = node + ttl
      while (ends < upperEnds) ends += ttl
      return ends > until
    })
    near(simulated, survivalKeepttlHot(until, ttl))
  })

  it('two layers in independent phases, all of it hot: (1 − x)²', () => {
    const [ttl, at] = [30, 12]
    const simulated = shareOf(23, rng => rng() * ttl > at && rng() * ttl > at)
    near(simulated, answeredLayers(at, { ttl, rates: [1e4, 1e4] }), 0.01)
  })
})

describe('what a lookup needs', () => {
  it.each([3, 12, 40])('an address and a denial that the same lookups refresh, at %d s', until => {
    const [rate, long, short] = [0.3, 30, 5]
    const simulated = shareOf(24, rng => {
      let now = -200 * (1 + rng())
      let [a, b] = [now, now]
      for (now += waiting(rng, rate); now < 0; now += waiting(rng, rate)) {
        if (now >= a + long) a = now
        if (now >= b + short) b = now
      }
      for (; now <= until; now += waiting(rng, rate)) if (now >= a + long || now >= b + short) return false
      return true
    })
    near(simulated, survivalTogether(until, { rate, records: [{ ttl: long }, { ttl: short }] }), 0.01)
  })

  it('k dependencies in streams of their own: the product', () => {
    const deps = [
      { rate: 0.3, ttl: 30 },
      { rate: 0.1, ttl: 30 },
      { rate: 1, ttl: 60 },
    ]
    const until = 10
    const simulated = shareOf(25, rng =>
      deps.every(({ rate, ttl }) => {
        const { refreshedAt, next } = lastRefresh(rng, rate, ttl)
        for (let t = next; t <= until; t += waiting(rng, rate)) if (t >= refreshedAt + ttl) return false
        return true
      }),
    )
    near(simulated, survivalAll(until, deps))
  })

  it('a T0 that is not known: F mixed over it', () => {
    const [rate, ttl, until] = [0.3, 30, 25]
    const span = { from: 5, to: 20 }
    const simulated = shareOf(26, rng => {
      const t0 = span.from + (span.to - span.from) * rng()
      const { refreshedAt, next } = lastRefresh(rng, rate, ttl)
      for (let t = next; t <= until - t0; t += waiting(rng, rate)) if (t >= refreshedAt + ttl) return true
      return false
    })
    near(
      simulated,
      failedCluster(until, t => survival(t, { rate, ttl }), span),
    )
  })
})

describe('losing records', () => {
  const [rate, ttl, evict, lossAfter] = [0.2, 30, 0.02, 0.01]

  /** Lookups with evictions before T0 and restarts of the cache after it; the copy's end as T0 finds it. */
  function walk(rng: () => number): { ends: number; next: number } {
    let now = -400 * (1 + rng())
    let ends = now
    for (now += waiting(rng, rate); now < 0; now += waiting(rng, rate)) {
      if (now >= ends) ends = now + Math.min(ttl, waiting(rng, evict))
    }
    // What would have been evicted after T0 is not: only restarts take it then.
    return { ends, next: now }
  }

  it.each([8, 20, 40])('evictions for want of room, then restarts: S at %d s', until => {
    const simulated = shareOf(27, rng => {
      let now = -400 * (1 + rng())
      let [ends, evictedAt] = [now, now]
      for (now += waiting(rng, rate); now < 0; now += waiting(rng, rate)) {
        if (now >= Math.min(ends, evictedAt)) {
          ends = now + ttl
          evictedAt = now + waiting(rng, evict)
        }
      }
      if (evictedAt <= 0) ends = Math.min(ends, evictedAt)
      const lostAt = waiting(rng, lossAfter)
      for (; now <= until; now += waiting(rng, rate)) if (now >= Math.min(ends, lostAt)) return false
      return true
    })
    near(simulated, survivalLossy(until, { rate, ttl, evict, lossAfter }), 0.003)
  })

  it('the share of lookups that hit with evictions is J at T0', () => {
    const simulated = shareOf(28, rng => {
      const { ends } = walk(rng)
      return ends > 0
    })
    near(simulated, answeredLossy(0, { rate, ttl, evict, lossAfter: 0 }))
  })

  it.each([
    ['at random, as CoreDNS does', false, 60],
    // Che's approximation is good where entries last about a TTL, and too hopeful where they go much sooner.
    ['what was not used for longest, as dnsmasq does', true, 6],
  ])('a full cache that evicts %s: hit ratio', (_, isLru, ttl) => {
    const [q, names, capacity] = [50, 400, 120]
    const classes = zipf(q, names, 0.9)
    const rates = classes.flatMap(c => Array.from({ length: c.count }, () => c.rate))
    const total = rates.reduce((sum, r) => sum + r, 0)
    const hits = hitsOfCache(isLru, { rates, total, capacity, ttl })
    const idle = lruTime(classes, capacity)
    const e = evictionRate(classes, capacity)
    const life = (r: number) => (isLru ? lruLife(r, ttl, idle) : -Math.expm1(-e * ttl) / e)
    const expected = rates.reduce((sum, r) => sum + r * hitRatio(r, life(r)), 0) / total
    expect(Math.abs(hits - expected)).toBeLessThan(0.015)
  })
})

/** Share of 200,000 lookups that hit a cache of so many entries; expired ones stay until they are evicted. */
function hitsOfCache(
  isLru: boolean,
  q: { rates: number[]; total: number; capacity: number; ttl: number },
): number {
  const rng = seeded(29)
  const reach = q.rates.map(
    (
      sum => rate =>
        (sum += rate)
    )(0),
  )
  const pick = () => {
    const wanted = rng() * q.total
    let [low, high] = [0, reach.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((reach[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
  const entries = new Map<number, number>()
  let now = 0
  let hits = 0
  let counted = 0
  for (let i = 0; i < 200_000; i++) {
    now += waiting(rng, q.total)
    const name = pick()
    const storedAt = entries.get(name)
    const hit = storedAt !== undefined && now < storedAt + q.ttl
    if (i > 40_000) {
      counted++
      if (hit) hits++
    }
    if (hit && !isLru) continue
    const keepAt = hit ? (storedAt as number) : now
    if (storedAt === undefined && entries.size >= q.capacity) {
      const keys = [...entries.keys()]
      const victim = isLru ? keys[0] : keys[Math.floor(rng() * keys.length)]
      if (victim !== undefined) entries.delete(victim)
    }
    // The order of a Map is the order of use.
    if (isLru) entries.delete(name)
    entries.set(name, keepAt)
  }
  return hits / counted
}

describe('load', () => {
  it('the return surge: queries of cold caches by second, and what they settle at', () => {
    const [rate, ttl, horizon, caches] = [0.5, 20, 300, 5_000]
    const rng = seeded(30)
    const bySecond = new Float64Array(horizon)
    for (let i = 0; i < caches; i++) {
      let refreshedAt = Number.NEGATIVE_INFINITY
      for (let t = waiting(rng, rate); t < horizon; t += waiting(rng, rate)) {
        if (t < refreshedAt + ttl) continue
        refreshedAt = t
        bySecond[Math.floor(t)] = (bySecond[Math.floor(t)] as number) + 1
      }
    }
    for (const second of [0, 5, 21, 25, 45, 59]) {
      const measured = (bySecond[second] as number) / caches
      expect(Math.abs(measured - surge(second + 0.5, { rate, ttl }))).toBeLessThan(0.04)
    }
    const late = bySecond.slice(200)
    const settled = late.reduce((a, b) => a + b, 0) / caches / late.length
    // Warm caches ask (1 + λτ) times less than cold ones: what runs dry asks that much more.
    expect(Math.abs(rate / settled - amplification({ rate, ttl }))).toBeLessThan(0.3)
  })
})
