import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ADMIT_PACE, type Pace, type PaceSeen, stepPace } from './admit-pace'

const calm = { canaryP95Ms: 20, isAdmitting: true, throttled: false }
const T0 = 1_000_000

type Moment = Pick<PaceSeen, 'canaryP95Ms' | 'isAdmitting' | 'throttled'> & {
  afterMs: number
  /** How old the newest evidence is; undefined when there is none. */
  ageMs: number | undefined
}

/** Looks at the pace moment by moment; whatever may come, comes at once. */
function admissions(moments: readonly Moment[]): { at: number; pace: Pace }[] {
  const admittedAt: number[] = []
  const told = []
  let now = T0
  let pace: Pace | undefined
  for (const { afterMs, ageMs, ...seen } of moments) {
    now += afterMs
    const step = stepPace(
      pace,
      { ...seen, admittedAt, evidenceAt: ageMs === undefined ? undefined : now - ageMs },
      now,
    )
    pace = step.pace
    if (!step.admit) continue
    admittedAt.push(now)
    told.push({ at: now, pace })
  }
  return told
}

const anyMoment = fc.record({
  afterMs: fc.integer({ min: 0, max: 20_000 }),
  ageMs: fc.option(fc.integer({ min: 0, max: 120_000 }), { nil: undefined }),
  canaryP95Ms: fc.option(fc.integer({ min: 1, max: 3_000 }), { nil: undefined }),
  isAdmitting: fc.boolean(),
  throttled: fc.boolean(),
})
const calmMoment = fc.record({
  afterMs: fc.integer({ min: 0, max: 5_000 }),
  ageMs: fc.constant(0),
  canaryP95Ms: fc.constant(20),
  isAdmitting: fc.constant(true),
  throttled: fc.constant(false),
})
const histories = fc.array(fc.oneof(anyMoment, calmMoment), { maxLength: 200 })

describe('the pace of re-admission', () => {
  it('never lets more in within a settling time than the ceiling', () => {
    fc.assert(
      fc.property(histories, moments => {
        const times = admissions(moments).map(({ at }) => at)
        for (const from of times) {
          const within = times.filter(at => at >= from && at < from + ADMIT_PACE.settleMs)
          expect(within.length).toBeLessThanOrEqual(ADMIT_PACE.ceiling)
        }
      }),
    )
  })

  it('lets nobody in while nothing is known, and keeps its batch for when it is known again', () => {
    fc.assert(
      fc.property(histories, fc.constantFrom('canary', 'evidence', 'stale'), (moments, missing) => {
        const last = admissions(moments).at(-1)
        const now = (last?.at ?? T0) + 60_000
        const seen: PaceSeen = {
          ...calm,
          admittedAt: last ? [last.at] : [],
          canaryP95Ms: missing === 'canary' ? undefined : 20,
          evidenceAt: missing === 'evidence' ? undefined : missing === 'stale' ? now - 60_001 : now,
        }
        const pace = last?.pace ?? { batch: 4, windowAt: T0 }
        expect(stepPace(pace, seen, now)).toEqual({ pace, admit: false })
      }),
    )
  })

  it.each([
    ['a 429', { throttled: true }],
    ['a slow canary', { canaryP95Ms: ADMIT_PACE.maxCanaryP95Ms + 1 }],
    ['a cluster in trouble', { isAdmitting: false }],
  ])('halves its batch after %s, once a settling time, and never below one', (_what, trouble) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: ADMIT_PACE.ceiling }), batch => {
        const seen = { ...calm, admittedAt: [], evidenceAt: T0, ...trouble }
        const first = stepPace({ batch, windowAt: T0 - 60_000 }, seen, T0)
        expect(first.admit).toBe(false)
        expect(first.pace.batch).toBe(Math.max(1, Math.floor(batch / 2)))
        const again = stepPace(first.pace, seen, T0 + ADMIT_PACE.settleMs - 1)
        expect(again).toEqual({ pace: first.pace, admit: false })
        const later = stepPace(first.pace, seen, T0 + ADMIT_PACE.settleMs)
        expect(later.pace.batch).toBe(Math.max(1, Math.floor(first.pace.batch / 2)))
      }),
    )
  })

  it('grows by one node a batch while all is calm', () => {
    const moments = Array.from({ length: 400 }, () => ({ ...calm, afterMs: 1_000, ageMs: 0 }))
    const batches = new Map<number, number>()
    for (const { pace } of admissions(moments))
      batches.set(pace.windowAt, (batches.get(pace.windowAt) ?? 0) + 1)
    expect([...batches.values()].slice(0, 12)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10])
  })

  it('waits for evidence that is newer than the last one let in', () => {
    const pace = { batch: 1, windowAt: T0 }
    const seen = { ...calm, admittedAt: [T0 + 1_000] }
    const now = T0 + 30_000
    expect(stepPace(pace, { ...seen, evidenceAt: T0 + 1_000 }, now).admit).toBe(false)
    expect(stepPace(pace, { ...seen, evidenceAt: T0 + 1_001 }, now).admit).toBe(true)
  })
})
