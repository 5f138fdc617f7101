import { describe, expect, it } from 'vitest'
import { readChain } from '../chain/read-chain'
import { FuseTracker } from '../fuse/fuse-tracker'
import type { EvidenceBin, LivePathView } from '../fuse/types'
import type { NameReading } from '../probe/name-readings'
import { ForecastMemory } from './forecast-memory'
import type { Forecast } from './types'

const T0 = Date.parse('2024-12-11T23:12:00Z')
const at = (seconds: number) => T0 + seconds * 1000
const TTL = 1200
const COPIES = 24

const reading = readChain({
  coreDns: { corefile: `. {\n kubernetes cluster.local {\n ttl ${TTL}\n }\n cache ${TTL}\n}` },
  nodeCache: { corefile: `cluster.local {\n cache ${TTL}\n forward . 10.0.0.10\n}` },
})
if (!reading.ok) throw new Error(reading.problems.join())
const { chain } = reading

/** Copies with these seconds left at T0. */
const copies = (left: (i: number) => number): NameReading[] =>
  Array.from({ length: COPIES }, (_, i) => ({
    name: `n${i % 12}`,
    resolver: `r${Math.floor(i / 12)}`,
    readAt: T0,
    ttlSeconds: Math.floor(left(i)),
  }))

const failing = (until: number, names?: NameReading[]): LivePathView => ({
  at: at(until),
  state: 'failing',
  failingSince: T0,
  failure: 'servfail',
  bins: Array.from(
    { length: Math.floor(until / 12) + 1 },
    (_, i): EvidenceBin => ({ at: at(12 * i), asked: 2, failed: i === 0 ? 1 : 2 }),
  ),
  names,
})

class Cluster {
  readonly memory = new ForecastMemory()
  readonly tracker = new FuseTracker()

  see(livePath: LivePathView, now: number): void {
    this.tracker.update({ clusterId: 'c', chain, apiLostAt: T0, livePath }, now)
    this.memory.note('c', { chain, livePath, basis: this.tracker.basis('c') }, now)
  }

  forecast(now: number): Forecast {
    const forecast = this.memory.forecast('c', now)
    if (!forecast) throw new Error('nothing is remembered')
    return forecast
  }
}

function outcome(seconds: number, left: (i: number) => number): Forecast {
  const cluster = new Cluster()
  const names = copies(left)
  for (let s = 0; s <= seconds; s += 12) cluster.see(failing(s, names), at(s))
  return cluster.forecast(at(seconds))
}

describe('a forecast against what happened', () => {
  it('holds when copies end evenly over their TTL, as hot names do', () => {
    const { verdict, offBySeconds, measured } = outcome(480, i => (TTL * (i + 0.5)) / COPIES)
    expect({ verdict, offBySeconds }).toEqual({ verdict: 'holds', offBySeconds: 0 })
    const last = measured.findLast(({ of }) => of === 'names')
    expect(last?.asked).toBe(COPIES)
    expect(last?.share).toBeCloseTo(1 - 480 / TTL, 1)
    expect(last?.low).toBeLessThan(last?.share ?? 0)
    expect(last?.high).toBeGreaterThan(last?.share ?? 1)
  })

  it('was too hopeful when they end sooner, and the band follows', () => {
    const forecast = outcome(240, i => (TTL * (i + 0.5)) / COPIES / 4)
    expect(forecast.verdict).toBe('too-hopeful')
    expect(forecast.offBySeconds).toBeGreaterThan(240)
    expect(forecast.dryNow.p50).toBeLessThanOrEqual(forecast.dryPredicted.p50)
    const { predicted, updated } = forecast
    const middle = Math.floor(predicted.length / 2)
    expect(updated[middle]?.p50).toBeLessThanOrEqual(predicted[middle]?.p50 ?? 0)
  })

  it('was too careful when they were all fetched just before', () => {
    const forecast = outcome(600, () => TTL - 5)
    expect(forecast.verdict).toBe('too-careful')
    expect(forecast.offBySeconds).toBeGreaterThan(300)
  })

  it('judges nothing where no names were read, but shows what CoreDNS answered', () => {
    const cluster = new Cluster()
    cluster.see(failing(60), at(60))
    const { verdict, measured } = cluster.forecast(at(60))
    expect(verdict).toBe('unmeasured')
    expect(measured.map(({ of }) => of)).not.toContain('names')
    // Five rounds of two questions within the first minute, of which one was answered.
    expect(measured[0]).toMatchObject({ asked: 10, answered: 1, share: 0.1 })
    expect(measured.at(-1)).toMatchObject({ asked: 2, answered: 0, low: 0 })
    for (const { predicted } of measured) {
      expect(predicted.p10).toBeLessThanOrEqual(predicted.p90)
      expect(predicted.p90).toBeLessThanOrEqual(0.5)
    }
  })
})

describe('what is remembered', () => {
  it('keeps the prediction of T0 whatever is learnt', () => {
    const cluster = new Cluster()
    cluster.see(failing(12), at(12))
    const before = cluster.forecast(at(12)).dryPredicted
    for (let s = 24; s <= 600; s += 12)
      cluster.see(
        failing(
          s,
          copies(() => 30),
        ),
        at(s),
      )
    expect(cluster.forecast(at(600)).dryPredicted).toEqual(before)
  })

  it('stays after the end for six hours, and measures nothing more', () => {
    const cluster = new Cluster()
    const names = copies(i => (TTL * (i + 0.5)) / COPIES)
    cluster.see(failing(300, names), at(300))
    cluster.see({ at: at(400), state: 'answering' }, at(400))
    const ended = cluster.forecast(at(3600))
    expect(ended.endedAt).toBe(at(400))
    expect(Math.max(...ended.measured.map(point => point.at))).toBeLessThanOrEqual(at(400))
    cluster.see({ at: at(23_000), state: 'answering' }, at(23_000))
    expect(cluster.memory.forecast('c', at(23_000))).toBeUndefined()
  })

  it('does not take a silent probe for an end', () => {
    const cluster = new Cluster()
    cluster.see(failing(30), at(30))
    cluster.see(failing(30), at(300))
    expect(cluster.forecast(at(300)).endedAt).toBeUndefined()
  })

  it('begins anew with another T0', () => {
    const cluster = new Cluster()
    cluster.see(failing(30), at(30))
    cluster.see({ at: at(90), state: 'answering' }, at(90))
    cluster.see({ ...failing(700), failingSince: at(650), bins: [] }, at(700))
    expect(cluster.forecast(at(700))).toMatchObject({ t0At: at(650), endedAt: undefined, measured: [] })
  })

  it('is bounded however long it burns', () => {
    const cluster = new Cluster()
    const all = failing(12 * 2_000).bins ?? []
    for (let n = 60; n <= all.length; n += 60) {
      const seen = { ...failing(0), at: at(12 * n), bins: all.slice(n - 60, n) }
      cluster.see(seen, at(12 * n))
    }
    const { measured, predicted } = cluster.forecast(at(24_000))
    expect(measured.length).toBeLessThanOrEqual(60)
    expect(measured.reduce((sum, point) => sum + point.asked, 0)).toBe(2 * 60 * Math.floor(all.length / 60))
    expect(predicted).toHaveLength(61)
  })
})
