import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Observation, ProbeName } from '../probe/types'
import { judge } from './judge'
import { rollUp } from './roll-up'
import { calmSample, observation, type Server, START, Watch } from './testing/evidence'
import type { Verdict } from './types'
import { ObservationWindow } from './window'

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
      { numRuns: 100 },
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
      { numRuns: 8 },
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
