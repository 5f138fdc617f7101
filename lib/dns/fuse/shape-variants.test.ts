import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readChain } from '../chain/read-chain'
import type { CacheChain } from '../chain/types'
import { CurveCache } from './curve-cache'
import { dnsLoad } from './dns-load'
import { PARTICLES } from './particles'
import { PROGRAMS, programLife } from './programs'
import { type FuseShape, shapeOf, type Traffic } from './shape'
import { weighParticles } from './weigh-particles'

const curves = new CurveCache()

function chainOf({ ttl = 300, denial = 5, node = true } = {}): CacheChain {
  const reading = readChain({
    coreDns: { corefile: `. {\n kubernetes cluster.local {\n ttl ${ttl}\n }\n cache ${ttl}\n}` },
    nodeCache: node
      ? {
          corefile: `cluster.local {\n cache {\n success 9984 ${ttl}\n denial 9984 ${denial}\n }\n forward . 10.0.0.10\n}`,
        }
      : null,
  })
  if (!reading.ok) throw new Error(reading.problems.join())
  return reading.chain
}

const shape = (
  upstream: FuseShape['upstream'],
  more: Parameters<typeof chainOf>[0] = {},
  traffic?: Traffic,
) => shapeOf(chainOf(more), 'first-failure', upstream, traffic)
const life = (of: FuseShape, kind: keyof typeof PROGRAMS) => programLife(of, PROGRAMS[kind], curves)

describe('how programs resolve', () => {
  it('musl ends with its denials, long before the address does', () => {
    const patient = life(shape('servfail'), 'patient')
    const musl = life(shape('servfail'), 'musl')
    expect(musl.felt.p50).toBeLessThan(patient.felt.p50)
    expect(musl.dry.p50).toBeLessThan(patient.dry.p50 - 60)
  })

  it('denials that last as long as answers are in step with them: no difference is left', () => {
    const even = shape('servfail', { denial: 300 })
    expect(life(even, 'musl')).toEqual(life(even, 'patient'))
  })

  it('hasty programs suffer from silence alone', () => {
    expect(life(shape('servfail'), 'hasty')).toEqual(life(shape('servfail'), 'patient'))
    expect(life(shape('silent'), 'hasty')).toEqual(life(shape('silent'), 'musl'))
  })
})

describe('a cache without room', () => {
  const felt = (traffic: Traffic) => life(shape('servfail', {}, traffic), 'patient').felt.p50
  const quiet = { lookupsPerSecond: 200, names: 5_000 }

  it('loses names early when more are asked for than it holds, or when evictions were measured', () => {
    const plenty = felt(quiet)
    expect(felt({ ...quiet, evictionsPerSecond: 0 })).toBe(plenty)
    const evicting = felt({ ...quiet, evictionsPerSecond: 0.02 })
    expect(evicting).toBeLessThan(plenty)
    const crowded = shape('servfail', {}, { lookupsPerSecond: 200, names: 40_000 })
    expect(life(crowded, 'patient').felt.p50).toBeLessThan(
      life({ ...crowded, capacity: 100_000 }, 'patient').felt.p50,
    )
  })
})

describe('load on CoreDNS', () => {
  it('is repeated into silence, and grows with what caches kept away', () => {
    const errors = dnsLoad(shape('servfail'))
    const silent = dnsLoad(shape('silent'))
    expect(silent.onceDry.p50).toBeCloseTo(6 * errors.onceDry.p50, 6)
    expect(silent.onReturn).toEqual(errors.onReturn)
    expect(dnsLoad(shape('servfail', { ttl: 30 })).onceDry.p50).toBeLessThan(errors.onceDry.p50)
    expect(errors).toMatchObject({ echoSeconds: 300, entriesPerNode: 100 })
  })

  it('is what was measured where node caches tell which share goes upstream', () => {
    const questions = { perSecond: 24, missShare: 0.16, entries: 32 }
    const measured = dnsLoad(shape('servfail'), { questions })
    expect(measured.onceDry.p50).toBeCloseTo(1 / 0.16, 6)
    expect(measured.entriesPerNode).toBe(32)
    for (const q of ['p10', 'p50', 'p90'] as const) {
      expect(measured.onReturn[q]).toBeLessThanOrEqual(measured.onceDry[q] + 1e-9)
      expect(measured.onReturn[q]).toBeGreaterThan(1)
    }
    const silent = dnsLoad(shape('silent'), { questions })
    expect(silent.onceDry.p50).toBeCloseTo(6 / 0.16, 6)
    // A node cache that tells is there, whether its Corefile could be read or not.
    const unread = { ...shape('servfail'), ttl: 0 }
    expect(dnsLoad(unread, { questions })).toEqual({ ...measured, echoSeconds: 0 })
    expect(dnsLoad(unread).onceDry.p50).toBeCloseTo(1, 6)
  })

  it('the first second of a return is no more than all lookups, and no less than on a quiet day', () => {
    for (const ttl of [5, 30, 300, 3600]) {
      const { onceDry, onReturn } = dnsLoad(shape('servfail', { ttl }))
      for (const q of ['p10', 'p50', 'p90'] as const) {
        expect(onReturn[q]).toBeLessThanOrEqual(onceDry[q] + 1e-9)
        expect(onReturn[q]).toBeGreaterThanOrEqual(1)
      }
    }
  })

  it('without a node cache nothing changes but the repeats', () => {
    const bare = dnsLoad(shape('servfail', { node: false }))
    expect(bare).toMatchObject({ onceDry: { p50: 1 }, onReturn: { p50: 1 }, echoSeconds: 0 })
  })
})

describe('learning from names', () => {
  const curve = curves.get(shape('servfail'))
  const meanDry = (weights: Float64Array | undefined) =>
    PARTICLES.reduce((sum, _, p) => sum + (weights?.[p] ?? 0) * (curve.dry[p] ?? 0), 0)

  it('weights stay a distribution, and the more is left the later names are thought to be dry', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(share, share, fc.integer({ min: 1, max: 40 }), (x, y, copies) => {
        const [less, more] = [Math.min(x, y), Math.max(x, y)]
        const seen = (left: number) =>
          weighParticles(curve, {
            t0At: 0,
            replicas: 2,
            bins: [],
            names: { copies, points: [{ at: 150_000, share: left }] },
          })
        const weights = seen(less)
        expect(weights?.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
        expect(meanDry(seen(more))).toBeGreaterThanOrEqual(meanDry(weights) - 1e-6)
      }),
      { numRuns: 100, seed: 20241211 },
    )
  })

  it('knows nothing where nothing was seen', () => {
    expect(weighParticles(curve, { t0At: 0, replicas: 2, bins: [] })).toBeUndefined()
    const none = { copies: 0, points: [] }
    expect(weighParticles(curve, { t0At: 0, replicas: 2, bins: [], names: none })).toBeUndefined()
  })
})
