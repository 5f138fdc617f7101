import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Observation, ProbeName } from '../probe/types'
import { judge } from './judge'
import { rollUp } from './roll-up'
import { calmSample, observation, type Server, START, Watch } from './testing/evidence'
import type { Verdict } from './types'
import { ObservationWindow } from './window'

const codes = (verdict: Verdict) => verdict.reasons.map(reason => reason.code)
const textOf = (verdict: Verdict, code: string) => verdict.reasons.find(reason => reason.code === code)?.text

/** The calm server, but for the probes named. */
const but =
  (changes: Partial<Record<ProbeName, (at: number) => Partial<Observation> | undefined>>): Server =>
  (probe, at) => {
    const change = changes[probe]
    if (change) return change(at)
    return probe === 'metrics' ? { sample: calmSample(at) } : {}
  }

const rejected = () => ({ status: 429, durationMs: 5 })
const refused = () => ({ outcome: 'refused' as const, durationMs: 1 })
const allRefused: Server = () => refused()

describe('calm and unknown', () => {
  it('is Unknown without observations, and counts each state of a fleet', () => {
    const verdict = judge(new ObservationWindow(), START)
    expect(verdict).toMatchObject({ state: 'Unknown', since: START, evidenceAt: undefined })
    expect(codes(verdict)).toEqual(['data.missing'])
    expect(rollUp([verdict, { state: 'Dark' }, { state: 'Dark' }])).toMatchObject({
      Unknown: 1,
      Dark: 2,
      Healthy: 0,
    })
  })

  it('is Healthy as soon as an ordinary caller was served, and stays so without any reason to tell', () => {
    const watch = new Watch()
    const verdict = watch.play(600)
    expect(watch.path).toEqual(['Healthy'])
    expect(verdict).toMatchObject({ state: 'Healthy', since: START, reasons: [], cause: undefined })
  })

  it('is never Healthy on green probes alone', () => {
    const verdict = new Watch().play(120, but({ canary: () => undefined }))
    expect(verdict.state).toBe('Unknown')
    expect(codes(verdict)).toEqual(['canary.missing'])
  })

  it('is never Healthy on a first try that failed', () => {
    const watch = new Watch()
    expect(watch.play(4, but({ canary: rejected })).state).toBe('Unknown')
  })

  it('is Unknown when no evidence is newer than 90 s, and keeps since when it began', () => {
    const watch = new Watch()
    watch.play(60)
    const silent: Server = () => undefined
    const verdict = watch.play(300, silent)
    expect(watch.path).toEqual(['Healthy', 'Unknown'])
    expect(codes(verdict)).toEqual(['data.stale'])
    expect(verdict.since).toBeLessThanOrEqual(START + 160_000)
    expect(watch.play(30).state).toBe('Healthy')
  })

  it('is Unknown, not Dark, when our own credentials are the trouble', () => {
    const watch = new Watch()
    const verdict = watch.play(180, () => ({ outcome: 'credentials', detail: 'exec plugin failed' }))
    expect(watch.path).toEqual(['Unknown'])
    expect(textOf(verdict, 'lane.credentials')).toContain('exec plugin failed')
    const unknownCaller = new Watch().play(180, but({ canary: () => ({ status: 401 }) }))
    expect(unknownCaller).toMatchObject({ state: 'Unknown', reasons: [{ code: 'canary.unauthorised' }] })
  })

  it('counts a caller without rights as served: priority and fairness looks before authorization', () => {
    expect(new Watch().play(60, but({ canary: () => ({ status: 403 }) })).state).toBe('Healthy')
  })

  it('does not flap on noise of latency below its thresholds, nor on single failures', () => {
    const watch = new Watch()
    const noisy = but({
      canary: at => (at % 300_000 === 150_000 ? refused() : { durationMs: 100 + ((at / 1000) % 7) * 60 }),
      readyz: at => ({ durationMs: 50 + ((at / 1000) % 5) * 80 }),
    })
    watch.play(3600, noisy)
    expect(watch.path).toEqual(['Healthy'])
  })

  it('says that metrics cannot be read, which is no trouble of the cluster', () => {
    const verdict = new Watch().play(120, but({ metrics: () => ({ status: 403 }) }))
    expect(verdict.state).toBe('Healthy')
    expect(codes(verdict)).toEqual(['metrics.unreadable'])
  })
})

describe('locked out and dark', () => {
  it('is LockedOut when ordinary callers are rejected three times while another lane is served', () => {
    const watch = new Watch()
    watch.play(60)
    const verdict = watch.play(60, but({ canary: rejected }))
    expect(verdict).toMatchObject({ state: 'LockedOut', since: START + 60_000, cause: 'callers' })
    expect(textOf(verdict, 'canary.rejected')).toMatch(
      /^ordinary callers: \d+ tries in \d+ s, all rejected \(429\)$/,
    )
    expect(textOf(verdict, 'lane.open')).toContain('lane exempt is served in')
    const lockedAt = watch.states.find(([state]) => state === 'LockedOut')?.[1] ?? 0
    expect(lockedAt).toBeLessThanOrEqual(START + 60_000 + 12_000)
  })

  it('is LockedOut after 30 s of timeouts, though there were only two', () => {
    const watch = new Watch()
    watch.canaryEverySeconds = 17
    watch.play(51)
    const hanging = but({ canary: () => ({ outcome: 'timeout', durationMs: 16_000 }) })
    watch.play(36, hanging)
    expect(watch.verdict).toMatchObject({ state: 'LockedOut', since: START + 51_000 })
    expect(codes(watch.verdict as Verdict)[0]).toBe('canary.timeout')
  })

  it('is Overloaded, not LockedOut, when every lane gets errors', () => {
    const error = () => ({ status: 504, durationMs: 900 })
    const verdict = new Watch().play(
      60,
      but({ canary: error, 'exempt-canary': error, readyz: error, livez: error }),
    )
    expect(verdict.state).toBe('Overloaded')
    expect(codes(verdict)).toContain('canary.errors')
  })

  it('is Dark after 30 s in which no lane answers, since the first silence', () => {
    const watch = new Watch()
    watch.play(60)
    const verdict = watch.play(120, allRefused)
    expect(watch.path).toEqual(['Healthy', 'Overloaded', 'Dark'])
    expect(verdict.since).toBeGreaterThanOrEqual(START + 59_000)
    expect(verdict.since).toBeLessThanOrEqual(START + 61_000)
    expect(textOf(verdict, 'cluster.silent')).toContain('refused')
    const darkAt = watch.states.at(-1)?.[1] ?? 0
    expect(darkAt - verdict.since).toBeLessThanOrEqual(36_000)
  })

  it('goes from Dark to LockedOut when only probes answer again, and to Recovering when callers are served', () => {
    const watch = new Watch()
    watch.play(60)
    watch.play(120, allRefused)
    watch.play(60, but({ canary: rejected }))
    watch.play(30)
    expect(watch.path).toEqual(['Healthy', 'Overloaded', 'Dark', 'LockedOut', 'Recovering'])
  })
})

describe('recovery', () => {
  it('is Recovering from the third try that is served, and Healthy after three calm minutes', () => {
    const watch = new Watch()
    watch.play(60)
    watch.play(120, but({ canary: rejected }))
    const fixedAt = watch.now
    watch.play(300)
    expect(watch.path).toEqual(['Healthy', 'Overloaded', 'LockedOut', 'Recovering', 'Healthy'])
    const [, recoveringAt] = watch.states.at(-2) ?? ['', 0]
    const [, healthyAt] = watch.states.at(-1) ?? ['', 0]
    expect(recoveringAt - fixedAt).toBeLessThanOrEqual(12_000)
    expect(healthyAt - recoveringAt).toBeGreaterThanOrEqual(180_000)
    expect(healthyAt - recoveringAt).toBeLessThanOrEqual(250_000)
  })

  it('falls back at once when callers are turned away again', () => {
    const watch = new Watch()
    watch.play(60)
    watch.play(60, but({ canary: rejected }))
    watch.play(60)
    expect(watch.verdict).toMatchObject({ state: 'Recovering', reasons: [{ code: 'recovery.watching' }] })
    const relapse = watch.now
    const verdict = watch.play(30, but({ canary: rejected }))
    expect(verdict).toMatchObject({ state: 'LockedOut', since: relapse })
  })

  it('is Strained by slow callers, holds while they are nearly as slow, and lets go after a minute', () => {
    const watch = new Watch()
    watch.play(60)
    const verdict = watch.play(120, but({ canary: () => ({ durationMs: 1500 }) }))
    expect(verdict).toMatchObject({ state: 'Strained', reasons: [{ code: 'canary.slow', severity: 'warn' }] })
    expect(verdict.reasons[0]?.text).toBe('ordinary callers wait 1.5 s (95 % within 1.5 s)')
    watch.play(600, but({ canary: () => ({ durationMs: 800 }) }))
    expect(watch.path).toEqual(['Healthy', 'Strained'])
    watch.play(180)
    expect(watch.path).toEqual(['Healthy', 'Strained', 'Healthy'])
    expect(new Watch().play(120, but({ canary: () => ({ durationMs: 7000 }) })).state).toBe('Overloaded')
  })

  it('does not flap while half of the callers are turned away', () => {
    const watch = new Watch()
    watch.play(60)
    watch.play(1800, but({ canary: at => (at % 10_000 === 0 ? rejected() : {}) }))
    expect(watch.path).toEqual(['Healthy', 'Strained', 'Overloaded'])
  })
})

describe('telling causes apart', () => {
  const startedAt = START - 3_600_000

  it('blames callers when reads pile up while hardly any finish, before a canary fails', () => {
    const storm = but({
      canary: () => ({ durationMs: 3000 }),
      metrics: at => ({
        sample: calmSample(at, startedAt, {
          inflightReadOnly: 68,
          requestsByCode: { '200': 180_000 + Math.round((at - START) / 10_000) },
          listsByResource: { pods: 720 },
          etcdRequests: { count: 72_000 + (at - START) / 100, sumSeconds: 360 + (at - START) / 400_000 },
        }),
      }),
    })
    const watch = new Watch()
    watch.play(60)
    const verdict = watch.play(180, storm)
    expect(verdict).toMatchObject({ state: 'Overloaded', cause: 'callers' })
    expect(textOf(verdict, 'requests.piling')).toBe(
      '69 requests in flight, mostly reads, while 5 a minute finish',
    )
  })

  it('tells rejects and seats of a level in figures, and never those of its own throttle', () => {
    const levels = (at: number) => {
      const t = (at - START) / 1000
      return [
        {
          name: 'workload-low',
          limitSeats: 245,
          executingSeats: 245,
          inqueueRequests: 40,
          dispatchedTotal: 69 * t,
          rejectedTotal: 31 * t,
        },
        {
          name: 'holdfast-throttle',
          limitSeats: 1,
          executingSeats: 1,
          inqueueRequests: 3,
          dispatchedTotal: 0,
          rejectedTotal: 900 * t,
        },
        { name: 'exempt', limitSeats: 0, executingSeats: 50 },
      ]
    }
    const verdict = new Watch().play(
      180,
      but({ metrics: at => ({ sample: calmSample(at, startedAt, { priorityLevels: levels(at) }) }) }),
    )
    expect(verdict).toMatchObject({ state: 'Overloaded', cause: 'callers' })
    expect(textOf(verdict, 'apf.rejecting')).toBe('31 % rejected in workload-low')
    expect(textOf(verdict, 'apf.saturated')).toBe('workload-low holds 245 of 245 seats, 40 requests wait')
    expect(verdict.reasons.some(reason => reason.text.includes('holdfast'))).toBe(false)
  })

  it('blames etcd when it takes most of the time and no crowd is in flight', () => {
    const slow = but({
      canary: () => ({ durationMs: 2500 }),
      readyz: () => ({ status: 500, failedChecks: ['etcd', 'etcd-readiness'] }),
      metrics: at => {
        const t = (at - startedAt) / 1000
        return {
          sample: calmSample(at, startedAt, {
            etcdRequests: { count: 20 * t, sumSeconds: 40 * t },
            requestDuration: { le: [Number.POSITIVE_INFINITY], cumulative: [1], sumSeconds: 50 * t },
            inflightReadOnly: 12,
          }),
        }
      },
    })
    const verdict = new Watch().play(180, slow)
    expect(verdict).toMatchObject({ state: 'Overloaded', cause: 'etcd' })
    expect(textOf(verdict, 'etcd.slow')).toBe('etcd takes 2.0 s a request')
    expect(textOf(verdict, 'etcd.failing')).toContain('etcd, etcd-readiness')
  })

  it('sees a webhook that is down while reads are well', () => {
    const verdict = new Watch().play(
      180,
      but({
        metrics: at => {
          const calls = Math.floor((at - START) / 2000)
          const webhooks = [
            {
              name: 'policy.example.com',
              count: calls,
              sumSeconds: calls * 10,
              rejections: calls,
              callErrors: calls,
            },
          ]
          return { sample: calmSample(at, startedAt, { webhooks }) }
        },
      }),
    )
    expect(verdict).toMatchObject({
      state: 'Strained',
      cause: 'webhook',
      reasons: [{ code: 'webhook.down', severity: 'critical' }],
    })
    expect(verdict.reasons[0]?.text).toContain('policy.example.com')
  })

  it('sees one lost address of several, while the others answer', () => {
    const zone: Server = (probe, at) => {
      if (probe !== 'livez') return probe === 'metrics' ? { sample: calmSample(at) } : {}
      const lane = `direct-${((at - START) / 15_000) % 3 < 1 ? 1 : Math.floor(((at - START) / 15_000) % 3) + 1}`
      return lane === 'direct-2' ? { laneId: lane, ...refused() } : { laneId: lane }
    }
    const watch = new Watch()
    const verdict = watch.play(240, zone)
    expect(verdict).toMatchObject({ state: 'Strained', cause: 'zone', reasons: [{ code: 'zone.lost' }] })
    expect(verdict.reasons[0]?.text).toMatch(
      /^direct-2 \(refused\) does not answer for .*; 2 other API servers do$/,
    )
  })

  it('takes one restart as news and a crash loop as trouble', () => {
    const watch = new Watch()
    watch.play(60)
    const second = watch.now
    const verdict = watch.play(120, but({ metrics: at => ({ sample: calmSample(at, second) }) }))
    expect(verdict).toMatchObject({
      state: 'Healthy',
      reasons: [{ code: 'server.restarted', severity: 'info' }],
    })
    const third = watch.now
    const looping = watch.play(60, but({ metrics: at => ({ sample: calmSample(at, third) }) }))
    expect(looping).toMatchObject({ state: 'Strained', cause: 'server' })
  })

  it('has no opinion on what only DNS knows: the API is healthy', () => {
    expect(new Watch().play(300)).toMatchObject({ state: 'Healthy', reasons: [] })
  })
})

describe('laws', () => {
  const anyReply = fc.record({
    outcome: fc.constantFrom(
      'answer',
      'timeout',
      'refused',
      'reset',
      'tls',
      'credentials',
      'aborted' as const,
    ),
    status: fc.constantFrom(0, 200, 401, 403, 429, 500, 503),
    durationMs: fc.oneof(fc.nat(20_000), fc.constantFrom(0, 1e9)),
    failedChecks: fc.option(fc.array(fc.string(), { maxLength: 3 }), { nil: undefined }),
  })
  const anyNumber = fc.oneof(
    fc.nat(),
    fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
    fc.constant(undefined),
  )
  const anyFacts = fc.record({
    processStartAt: fc.constantFrom(undefined, START - 1000, START),
    cpuSecondsTotal: anyNumber,
    inflightReadOnly: anyNumber,
    residentBytes: anyNumber,
    terminationsTotal: anyNumber,
  })
  const probes: ProbeName[] = ['livez', 'readyz', 'canary', 'exempt-canary', 'metrics', 'inventory']

  it('holds for any observations: a known state, finite times, words without NaN, bounded', () => {
    const step = fc.tuple(
      fc.constantFrom(...probes),
      anyReply,
      anyFacts,
      fc.integer({ min: -30_000, max: 90_000 }),
      anyNumber,
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const window = new ObservationWindow()
        let now = START
        let verdict: Verdict | undefined
        for (const [probe, reply, facts, gap, n] of steps) {
          now += gap
          const levels = [
            { name: 'a', limitSeats: n, executingSeats: n, inqueueRequests: n, rejectedTotal: n },
          ]
          const sample =
            probe === 'metrics' ? calmSample(now, START, { ...facts, priorityLevels: levels }) : undefined
          window.append(observation(probe, now, { ...reply, sample } as Partial<Observation>))
          verdict = judge(window, now, verdict)
          expect(rollUp([verdict])[verdict.state]).toBe(1)
          expect(Number.isFinite(verdict.since)).toBe(true)
          expect(verdict.reasons.length).toBeLessThanOrEqual(12)
          for (const { text } of verdict.reasons) {
            expect(text).not.toMatch(/NaN|undefined|Infinity/)
            expect(text.length).toBeLessThan(400)
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  it('settles on constant input: after eleven minutes no more changes', () => {
    const constant = fc.record({
      canary: fc.constantFrom(
        {},
        { status: 429 },
        { status: 500 },
        { durationMs: 900 },
        { durationMs: 1500 },
        { durationMs: 6000 },
        { outcome: 'refused' as const },
        { outcome: 'timeout' as const, durationMs: 16_000 },
      ),
      others: fc.constantFrom({}, { status: 500 }, { durationMs: 2000 }, { outcome: 'refused' as const }),
      before: fc.constantFrom({}, { status: 429 }, { outcome: 'refused' as const }),
    })
    fc.assert(
      fc.property(constant, ({ canary, others, before }) => {
        const watch = new Watch()
        watch.play(90, () => before)
        const server: Server = (probe, at) =>
          probe === 'canary' ? canary : probe === 'metrics' ? { sample: calmSample(at) } : others
        watch.play(660, server)
        const settled = watch.path.length
        watch.play(300, server)
        expect(watch.path.slice(settled - 1)).toHaveLength(1)
      }),
      { numRuns: 15 },
    )
  })

  it('is monotone: slower callers never make a better verdict', () => {
    const rank = ['Healthy', 'Strained', 'Overloaded']
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 15_000 }), { minLength: 4, maxLength: 12 }),
        fc.double({ min: 1, max: 5, noNaN: true }),
        (waits, factor) => {
          const verdictOf = (scale: number) => {
            const window = new ObservationWindow()
            for (const [i, wait] of waits.entries())
              window.append(
                observation('canary', START + i * 5000 - wait * scale, { durationMs: wait * scale }),
              )
            return rank.indexOf(judge(window, START + waits.length * 5000).state)
          }
          expect(verdictOf(factor)).toBeGreaterThanOrEqual(verdictOf(1))
        },
      ),
    )
  })
})
