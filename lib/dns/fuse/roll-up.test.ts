import { describe, expect, it } from 'vitest'
import { assumedChain } from '../chain/read-chain'
import type { CacheChain } from '../chain/types'
import type { LitFuse } from './cluster-fuse'
import { FuseTracker } from './fuse-tracker'
import { fleetCurve, instantsAround, nextCliff, productFuse } from './roll-up'

const at = (time: string) => Date.parse(`2024-12-11T${time}-08:00`)
/** Caches of twenty minutes in programs, nothing else: the reading of the post-mortem. */
const TWENTY_MINUTES = assumedChain(1200)

function light(chain: CacheChain, starts: readonly number[]): LitFuse[] {
  const tracker = new FuseTracker()
  return starts.map((failingSince, i) => {
    const livePath = { at: failingSince, state: 'failing' as const, failingSince, failure: 'silent' as const }
    tracker.update({ clusterId: `c${i}`, chain, apiLostAt: failingSince, livePath }, failingSince)
    const lit = tracker.basis(`c${i}`)?.lit
    if (!lit) throw new Error('not lit')
    return lit
  })
}
const weighted = (fuses: LitFuse[], weight = 1) => fuses.map(lit => ({ lit, weight }))
/** API servers lost one after the other from 15:12 to 15:20; names began to fail about as soon. */
const incident = light(
  TWENTY_MINUTES,
  Array.from({ length: 48 }, (_, i) => at('15:12:00') + 10_000 * i - 60_000),
)

describe('the fleet', () => {
  it('reproduces the incident of 2024-12-11: little at 15:16, most by 15:32, all by about 15:40', () => {
    const failingAt = (time: string) => 1 - (fleetCurve(weighted(incident), [at(time)])[0]?.p50 ?? 1)
    expect(Math.abs(failingAt('15:16:00') - 0.05)).toBeLessThan(0.05)
    expect(Math.abs(failingAt('15:27:00') - 0.55)).toBeLessThan(0.06)
    expect(Math.abs(failingAt('15:32:00') - 0.8)).toBeLessThan(0.06)
    expect(failingAt('15:40:00')).toBeGreaterThan(0.97)
  })

  it('names the next cluster to go dry and the cliff behind it', () => {
    const cliff = nextCliff(incident, at('15:20:00'))
    expect(cliff).toMatchObject({ clusterId: 'c0', more: 47 })
    expect((cliff?.moreBy ?? 0) - (cliff?.dryAt ?? 0)).toBeCloseTo(470_000, -3)
    expect(nextCliff(incident, at('16:30:00'))).toBeNull()
  })

  it('draws a band from half an hour before to half an hour after', () => {
    const now = at('15:20:00')
    const points = fleetCurve(weighted(incident), instantsAround(now))
    expect(points).toHaveLength(61)
    expect(points[0]).toEqual({ at: now - 1_800_000, p10: 1, p50: 1, p90: 1 })
    expect(points.at(-1)?.p50).toBeLessThan(0.01)
    for (const { p10, p50, p90 } of points) expect(p10 <= p50 && p50 <= p90).toBe(true)
  })
})

describe('a product', () => {
  const now = at('15:15:00')

  it('feels it when more than 5 % of its lookups fail, earlier than its first cluster goes dry', () => {
    const fuse = productFuse(weighted(incident), 0, now)
    expect(fuse.feltAt?.p50).toBeLessThan(fuse.firstDryAt ?? 0)
    expect(fuse.feltAt?.p10).toBeLessThanOrEqual(fuse.feltAt?.p50 ?? 0)
    expect(fuse.allDryAt).toBeGreaterThan(fuse.firstDryAt ?? 0)
  })

  it('feels it later, or never, when most of its clusters are fresh', () => {
    const alone = productFuse(weighted(incident), 0, now).feltAt?.p50 ?? 0
    expect(productFuse(weighted(incident), 96, now).feltAt?.p50).toBeGreaterThan(alone)
    expect(productFuse(weighted(incident), 48 * 30, now).feltAt).toBeUndefined()
  })

  it('without a lit fuse is whole', () => {
    expect(productFuse([], 10, now)).toEqual({ resolvable: { p10: 1, p50: 1, p90: 1 } })
    expect(productFuse([], 0, now).resolvable.p50).toBe(1)
  })
})
