import { describe, expect, it } from 'vitest'
import { assumedChain, readChain } from '../chain/read-chain'
import type { CacheChain } from '../chain/types'
import type { ClusterFuse } from '../types'
import { FuseTracker } from './fuse-tracker'
import type { FuseInput, LivePathView } from './types'

const NOW = Date.parse('2024-12-11T23:12:00Z')
const seconds = (s: number) => NOW + s * 1000

function chainWith({ ttl = 30, node = true, stale = '', application = 0, replicas = 2 } = {}): CacheChain {
  const reading = readChain({
    coreDns: {
      corefile: `. {\n kubernetes cluster.local {\n ttl ${ttl}\n }\n cache ${ttl}\n}`,
      version: '1.11.3',
    },
    nodeCache: node
      ? {
          corefile: `cluster.local {\n cache {\n success 9984 ${ttl}\n denial 9984 5\n ${stale}\n }\n forward . 10.0.0.10 {\n force_tcp\n }\n}`,
          version: '1.11.3',
        }
      : null,
    applicationTtlSeconds: application,
    replicas,
  })
  if (!reading.ok) throw new Error(reading.problems.join())
  return reading.chain
}

const failing = (t0: number, at: number, more: Partial<LivePathView> = {}): LivePathView => ({
  at: seconds(at),
  state: 'failing',
  failingSince: seconds(t0),
  failure: 'servfail',
  ...more,
})

function fuse(input: Omit<FuseInput, 'clusterId'>, at: number): ClusterFuse {
  const tracker = new FuseTracker()
  tracker.update({ clusterId: 'c', ...input }, seconds(at))
  return tracker.fuse('c', seconds(at)) as ClusterFuse
}
/** Seconds after T0 = NOW at which the cluster goes dry: 10th, 50th and 90th percentile. */
function drySeconds(chain: CacheChain, live: LivePathView = failing(0, 0)): [number, number, number] {
  const { dryBand } = fuse({ chain, apiLostAt: NOW, livePath: live }, 0)
  const after = (at: number | undefined) => ((at ?? Number.NaN) - NOW) / 1000
  return [after(dryBand?.p10), after(dryBand?.p50), after(dryBand?.p90)]
}

describe('when a fuse burns', () => {
  const chain = chainWith()

  it('is fresh while the API server serves, unknown when nobody has been heard', () => {
    expect(fuse({ chain, apiLostAt: null }, 0)).toMatchObject({ state: 'Fresh', resolvable: { p50: 1 } })
    expect(fuse({ chain, apiLostAt: undefined }, 0)).toMatchObject({
      state: 'Unknown',
      notes: ['Neither the API server nor a resolver has been heard.'],
    })
  })

  it('stays fresh while CoreDNS is seen to answer, although the API server is lost', () => {
    const livePath: LivePathView = { at: seconds(100), state: 'answering' }
    const seen = fuse({ chain, apiLostAt: NOW, livePath }, 100)
    expect(seen).toMatchObject({ state: 'Fresh', basis: 'measured', apiLostAt: NOW })
    expect(seen.notes[0]).toContain('must not be restarted')
    expect(fuse({ chain, apiLostAt: NOW, livePath }, 300).state).not.toBe('Fresh')
  })

  it('keeps the first loss while DNS fails, however often the API server comes and goes', () => {
    const tracker = new FuseTracker()
    const told = (apiLostAt: number | null, livePath: LivePathView, at: number) => {
      tracker.update({ clusterId: 'c', chain, apiLostAt, livePath }, seconds(at))
      return tracker.fuse('c', seconds(at))?.apiLostAt
    }
    expect(told(seconds(-70), { at: seconds(-5), state: 'answering' }, -5)).toBe(seconds(-70))
    expect(told(seconds(-70), failing(0, 5), 5)).toBe(seconds(-70))
    expect(told(null, failing(0, 60), 60)).toBeUndefined()
    expect(told(seconds(200), failing(0, 210), 210)).toBe(seconds(-70))
    expect(told(seconds(200), { at: seconds(300), state: 'answering' }, 300)).toBe(seconds(200))
    expect(told(seconds(200), failing(400, 410), 410)).toBe(seconds(200))
  })

  it('estimates T0 from the loss of the API server, about a minute later, and says so', () => {
    const seen = fuse({ chain: chainWith({ ttl: 1200 }), apiLostAt: NOW }, 10)
    expect(seen).toMatchObject({ state: 'Burning', basis: 'estimated', t0Basis: 'estimated', apiLostAt: NOW })
    expect(((seen.t0At ?? 0) - NOW) / 1000).toBeGreaterThan(20)
    expect(((seen.t0At ?? 0) - NOW) / 1000).toBeLessThan(90)
    expect(((seen.dryAt ?? 0) - NOW) / 60_000).toBeGreaterThan(19)
    expect(((seen.dryAt ?? 0) - NOW) / 60_000).toBeLessThan(23)
    expect(seen.notes[0]).toContain('T0 estimated')
  })

  it('counts from the first failure that a probe has seen, also with a healthy API server', () => {
    const seen = fuse({ chain: chainWith({ ttl: 1200 }), apiLostAt: null, livePath: failing(5, 60) }, 60)
    expect(seen).toMatchObject({ state: 'Burning', basis: 'measured', t0Basis: 'measured', t0At: seconds(5) })
    expect(seen.apiLostAt).toBeUndefined()
    expect(seen.notes[0]).toContain('SERVFAIL')
  })

  it('follows what node caches count since, and says so', () => {
    const input = { chain: chainWith({ ttl: 1200 }), apiLostAt: NOW, livePath: failing(0, 600) }
    const counted = (kept: number) => {
      const looks = [120, 240, 360, 480, 570].map(at => ({
        from: seconds(at - 30),
        at: seconds(at),
        kept: 1 - (at / 1200) * kept,
        floor: 0.1,
      }))
      return fuse({ ...input, cacheAnswers: { caches: 6, names: 80, looks } }, 600)
    }
    // Copies that came down aged end sooner than those that came fresh.
    const [sooner, later] = [counted(1.5), counted(0.8)]
    expect(sooner.resolvable.p50).toBeLessThan(later.resolvable.p50 - 0.05)
    expect(sooner.notes.join()).toContain('node caches answer about 29 % of lookups')
    expect(fuse(input, 600).notes.join()).not.toContain('By their counters')
  })

  it('goes dry, with nothing left', () => {
    const livePath = failing(0, 2000)
    expect(fuse({ chain, apiLostAt: NOW, livePath }, 2000)).toMatchObject({
      state: 'Dry',
      secondsLeft: 0,
      resolvable: { p10: 0, p50: 0, p90: 0 },
    })
  })

  it('says when it rests on an assumed chain', () => {
    expect(fuse({ chain: assumedChain(), apiLostAt: NOW }, 1)).toMatchObject({ basis: 'assumed' })
  })
})

describe('how long it burns', () => {
  it('caches of twenty minutes last twenty minutes', () => {
    const [early, middle, late] = drySeconds(chainWith({ ttl: 1200 }))
    expect(early).toBeGreaterThan(1080)
    expect(Math.abs(middle - 1200)).toBeLessThan(60)
    expect(late).toBeLessThan(1600)
  })

  it('without a node cache nothing outlives CoreDNS but caches in programs', () => {
    expect(drySeconds(chainWith({ ttl: 1200, node: false }))[1]).toBeLessThan(300)
    const declared = drySeconds(chainWith({ ttl: 30, node: false, application: 1200 }))[1]
    expect(Math.abs(declared - 1230)).toBeLessThan(80)
    const both = drySeconds(chainWith({ ttl: 600, application: 600 }))[1]
    expect(both).toBeGreaterThan(drySeconds(chainWith({ ttl: 600 }))[1] + 300)
  })

  it('serve_stale verify adds its allowance; immediate adds nothing when old CoreDNS answers SERVFAIL', () => {
    const verify = drySeconds(chainWith({ stale: 'serve_stale 1h verify' }))
    expect(verify[0]).toBeGreaterThan(3600)
    const poisoned = drySeconds(chainWith({ stale: 'serve_stale 1h immediate' }))
    expect(poisoned[2]).toBeLessThan(1200)
    const silent = drySeconds(
      chainWith({ stale: 'serve_stale 1h immediate' }),
      failing(0, 0, { failure: 'silent' }),
    )
    expect(silent[0]).toBeGreaterThan(3600)
  })

  it('learns from the live path how fast CoreDNS dies', () => {
    const chain = chainWith({ ttl: 300 })
    const bins = (failed: (i: number) => number) =>
      Array.from({ length: 20 }, (_, i) => ({ at: seconds(10 * i + 5), asked: 2, failed: failed(i) }))
    const [, atOnce] = drySeconds(chain, failing(0, 0, { bins: bins(() => 2) }))
    const [, slowly] = drySeconds(chain, failing(0, 0, { bins: bins(i => (i % 4 === 0 ? 1 : 0)) }))
    expect(atOnce).toBeLessThan(drySeconds(chain)[1])
    expect(slowly).toBeGreaterThan(drySeconds(chain)[1] + 60)
  })

  it('a single CoreDNS takes everything with it: what is left is what caches hold', () => {
    const bare = chainWith({ replicas: 1, node: false })
    expect(drySeconds(bare)).toEqual([0, 0, 0])
    const gone = fuse({ chain: bare, apiLostAt: NOW, livePath: failing(0, 10) }, 10)
    expect(gone).toMatchObject({ state: 'Dry', resolvable: { p10: 0, p50: 0, p90: 0 } })
    const [early, , late] = drySeconds(chainWith({ replicas: 1 }))
    expect(early).toBeGreaterThan(25)
    expect(late).toBeLessThanOrEqual(30)
    expect(drySeconds(chainWith({ replicas: 2 }))[1]).toBeGreaterThan(late)
  })

  it('a second CoreDNS that goes on answering half of the questions is taken for alive', () => {
    const chain = chainWith({ ttl: 300 })
    const bins = Array.from({ length: 30 }, (_, i) => ({ at: seconds(10 * i + 5), asked: 2, failed: 1 }))
    expect(drySeconds(chain, failing(0, 0, { bins }))[1]).toBeGreaterThan(drySeconds(chain)[1] + 120)
  })

  it('figures hang together: shares fall, bands are ordered, 5 % are left when dry', () => {
    const tracker = new FuseTracker()
    const chain = chainWith({ ttl: 600 })
    tracker.update({ clusterId: 'c', chain, apiLostAt: NOW, livePath: failing(0, 0) }, NOW)
    const at = Array.from({ length: 200 }, (_, i) => seconds(10 * i - 100))
    const points = tracker.curve('c', at)
    for (const [i, { p10, p50, p90 }] of points.entries()) {
      expect(p10).toBeLessThanOrEqual(p50)
      expect(p50).toBeLessThanOrEqual(p90)
      expect(p50).toBeLessThanOrEqual((points[i - 1]?.p50 ?? 1) + 1e-9)
    }
    const { dryAt = 0, firstFailureAt = 0 } = tracker.fuse('c', NOW) ?? {}
    expect(tracker.curve('c', [dryAt])[0]?.p50).toBeCloseTo(0.05, 1)
    expect(firstFailureAt).toBeGreaterThan(NOW)
    expect(firstFailureAt).toBeLessThan(dryAt)
  })
})
