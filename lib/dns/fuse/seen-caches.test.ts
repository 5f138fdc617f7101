import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readChain } from '../chain/read-chain'
import {
  type AnswersMemory,
  answersOf,
  foldAnswers,
  NO_ANSWERS,
  shareAnswered,
} from '../metrics/cache-answers'
import { type CountedCache, simulateCounters, viewsOf } from '../metrics/testing/simulate-counters'
import type { DnsServerView } from '../metrics/types'
import { buildCurve } from './build-curve'
import { PARTICLES } from './particles'
import { quantileRows, shareAt } from './read-curve'
import { seenCaches } from './seen-caches'
import { shapeOf } from './shape'
import { weighParticles } from './weigh-particles'

const T0 = Date.parse('2024-12-11T23:12:00Z')
const TTL = 300
const CACHES = 4
const WORLD: CountedCache = {
  seed: 1,
  lookupsPerSecond: 5,
  names: 60,
  skew: 0.8,
  ttl: TTL,
  attempts: 2,
  denials: 3,
  demand: 1,
  until: 400,
}

/** Four node caches of one world: what is folded of their counters, and the share of lookups that was answered. */
function live(more: Partial<CountedCache> = {}, upTo = WORLD.until) {
  const runs = Array.from({ length: CACHES }, (_, i) => simulateCounters({ ...WORLD, ...more, seed: i + 1 }))
  const { names } = { ...WORLD, ...more }
  const views = runs.map((run, i) => viewsOf(run, T0, `http://10.0.0.${i}:9253/metrics`, names))
  let memory: AnswersMemory = NO_ANSWERS
  for (let scrape = 0; scrape < (views[0]?.length ?? 0); scrape++) {
    const now = views.flatMap(own => own[scrape] ?? [])
    const at = now[0]?.at ?? 0
    if (at <= T0 + 1000 * upTo) memory = foldAnswers(memory, now, at > T0, at)
  }
  const over = (at: number, of: 'answered' | 'lookups') =>
    runs.reduce((all, run) => {
      const bin = Math.round((at - run.start) / 20)
      return all + run[of].slice(bin - 1, bin + 2).reduce((a, b) => a + b, 0)
    }, 0)
  /** In the minute around so many seconds after T0. */
  const truth = (seconds: number) => over(seconds - 10, 'answered') / over(seconds - 10, 'lookups')
  return { answers: answersOf(memory), truth }
}

const secondsOf = (at: number) => (at - T0) / 1000

describe('what counters of node caches tell', () => {
  it.each([
    ['programs that ask once', { attempts: 1, denials: 0 }],
    ['programs that repeat, and search', { attempts: 2, denials: 3 }],
    ['programs that repeat often', { attempts: 6, denials: 7 }],
    ['few lookups of many names', { lookupsPerSecond: 3, names: 120 }],
  ])('is the share of lookups answered, with %s', (_, world) => {
    const { answers, truth } = live(world)
    const looks = answers?.looks.filter(({ from }) => from >= T0) ?? []
    expect(looks.length).toBeGreaterThan(10)
    for (const look of looks) {
      const real = truth(secondsOf(look.at))
      // Lookups that found nothing before T0 were answered too; that part is the curve's own start.
      const whole = truth(30) / shareAnswered(looks[0] ?? look)
      expect(Math.abs(shareAnswered(look) * Math.min(1, whole) - real)).toBeLessThan(0.09)
      expect(look.floor).toBeLessThanOrEqual(real + 0.03)
    }
  })

  it('is neither the share of hits nor that of errors, which repeats and denials fill', () => {
    const { answers, truth } = live()
    const look = answers?.looks.find(({ at }) => secondsOf(at) > 60)
    if (!look) throw new Error('nothing was seen')
    // Records over all answers: what a reader of the shares alone would take.
    expect(truth(secondsOf(look.at)) - look.floor).toBeGreaterThan(0.25)
  })

  it('does not take programs that want less for lookups that fail', () => {
    const view = (at: number, records: number, servfails: number): DnsServerView => ({
      address: 'http://10.0.0.1:9253/metrics',
      kind: 'node-cache',
      at,
      names: 60,
      rates: { windowSeconds: 60, recordsPerSecond: records, servfailsPerSecond: servfails },
      findings: [],
    })
    const quiet = foldAnswers(NO_ANSWERS, [view(T0, 10, 0)], false, T0)
    const looked = (records: number, servfails: number) => {
      const at = T0 + 120_000
      const look = answersOf(foldAnswers(quiet, [view(at, records, servfails)], true, at))?.looks[0]
      if (!look) throw new Error('nothing was seen')
      return shareAnswered(look)
    }
    expect(looked(2, 0)).toBe(1)
    expect(looked(2, 8)).toBeCloseTo(0.2)
    expect(looked(0, 50)).toBe(0)
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 50, noNaN: true }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (records, servfails, more) => {
          const share = looked(records, servfails)
          expect(share).toBeGreaterThanOrEqual(records / (records + servfails) - 1e-9)
          expect(share).toBeLessThanOrEqual(1)
          expect(looked(records + more, servfails)).toBeGreaterThanOrEqual(share - 1e-9)
          expect(looked(records, servfails + more)).toBeLessThanOrEqual(share + 1e-9)
        },
      ),
    )
  })

  it('is nothing where no cache was read before the loss, or none tells the kinds of its answers', () => {
    const views = (at: number, records?: number): DnsServerView[] => [
      {
        address: 'http://10.0.0.1:9253/metrics',
        kind: 'node-cache',
        at,
        names: 60,
        rates: { windowSeconds: 60, recordsPerSecond: records },
        findings: [],
      },
    ]
    expect(answersOf(foldAnswers(NO_ANSWERS, views(T0, 10), true, T0))).toBeUndefined()
    const quiet = foldAnswers(NO_ANSWERS, views(T0, undefined), false, T0)
    expect(answersOf(foldAnswers(quiet, views(T0 + 60_000, 5), true, T0 + 60_000))).toBeUndefined()
    // What was measured on a quiet day is forgotten with none of the looks of an outage that is over.
    const before = foldAnswers(NO_ANSWERS, views(T0, 10), false, T0)
    const lost = foldAnswers(before, views(T0 + 60_000, 5), true, T0 + 60_000)
    expect(answersOf(lost)?.looks).toHaveLength(1)
    expect(answersOf(foldAnswers(lost, views(T0 + 900_000, 9), false, T0 + 900_000))).toBeUndefined()
  })
})

function curveOf(cache: string) {
  const reading = readChain({
    coreDns: { corefile: `. {\n kubernetes cluster.local {\n ttl ${TTL}\n }\n cache ${TTL}\n}` },
    nodeCache: { corefile: `cluster.local {\n ${cache}\n forward . 10.0.0.10\n}` },
  })
  if (!reading.ok) throw new Error(reading.problems.join())
  return buildCurve(shapeOf(reading.chain, 'first-failure', 'unknown', QUIET))
}
const QUIET = { lookupsPerSecond: 5, names: 60 }
const curve = curveOf(`cache ${TTL}`)

/** Weights after so many seconds of a world. */
function learnt(world: Partial<CountedCache>, seconds: number) {
  const { answers, truth } = live(world, seconds)
  const caches = seenCaches(answers, T0)
  return { weights: weighParticles(curve, { t0At: T0, replicas: 2, bins: [], caches }), truth }
}

describe('the forecast', () => {
  it.each([0.7, 1, 1.4])(
    'follows the counters at %f of the usual demand: it comes nearer to what happens next',
    demand => {
      // All replicas are gone at once here, which the band of T0 thinks unlikely.
      const { weights, truth } = learnt({ demand }, 140)
      const rows = quantileRows(curve, weights)
      const off = (of: typeof rows) =>
        [170, 200, 230, 260].reduce((sum, t) => sum + Math.abs(shareAt(of, t).p50 - truth(t)), 0)
      expect(off(rows)).toBeLessThan(off(curve))
    },
  )

  it('learns from answers that go on that stale copies are kept, and from their end that they are not', () => {
    const stale = curveOf('cache 300 {\n  serve_stale 1h immediate\n }')
    const late = (kept: number, floor: number) => {
      const looks = Array.from({ length: 20 }, (_, i) => ({
        from: T0 + i * 20_000,
        at: T0 + i * 20_000 + 30_000,
        kept: i < 4 ? 1 : kept,
        floor: i < 4 ? 1 : floor,
      }))
      const caches = seenCaches({ caches: 4, names: 60, looks }, T0)
      const weights = weighParticles(stale, { t0At: T0, replicas: 2, bins: [], caches })
      return shareAt(quantileRows(stale, weights), 900).p50
    }
    expect(late(0.95, 1)).toBeGreaterThan(0.9)
    expect(late(0.02, 0.01)).toBeLessThan(0.1)
  })

  it('expects the end later where nothing fails yet, however little is asked for', () => {
    const meanDry = (weights: Float64Array | undefined) =>
      PARTICLES.reduce((sum, _, p) => sum + (weights?.[p] ?? 0) * (curve.dry[p] ?? 0), 0)
    const looks = [20, 40, 60, 80].map(s => ({
      from: T0 + s * 1000,
      at: T0 + (s + 30) * 1000,
      kept: 0.6,
      floor: 1,
    }))
    const caches = seenCaches({ caches: 4, names: 60, looks }, T0)
    const lasting = weighParticles(curve, { t0At: T0, replicas: 2, bins: [], caches })
    expect(meanDry(lasting)).toBeGreaterThan(meanDry(learnt({}, 140).weights) + 20)
  })

  it('rules out no world, whatever the counters say, and says nothing without them', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            kept: fc.double({ min: 0, max: 3, noNaN: true }),
            floor: fc.double({ min: 0, max: 1, noNaN: true }),
          }),
          { maxLength: 30 },
        ),
        told => {
          const looks = told.map((look, i) => ({
            ...look,
            from: T0 + i * 20_000,
            at: T0 + i * 20_000 + 30_000,
          }))
          const caches = seenCaches({ caches: 3, names: 80, looks }, T0)
          const weights = weighParticles(curve, { t0At: T0, replicas: 1, bins: [], caches })
          if (looks.length === 0) {
            expect(weights).toBeUndefined()
            return
          }
          expect(weights?.reduce((a, b) => a + b, 0)).toBeCloseTo(1)
          expect(Math.min(...(weights ?? []))).toBeGreaterThan(0)
        },
      ),
      { numRuns: 60 },
    )
  })
})
