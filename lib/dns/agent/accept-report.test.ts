import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../../errors'
import { mergeLivePaths } from '../probe/merge-live-paths'
import type { DnsResult } from '../probe/types'
import { acceptReport } from './accept-report'
import type { AgentMemory, AgentReport } from './types'
import { viewAgents } from './view-agents'

const T = Date.parse('2024-12-11T23:00:00Z')
const NOTHING: AgentMemory = new Map()
const BOOT = '11111111-1111-4111-8111-111111111111'
const NEXT_BOOT = '22222222-2222-4222-8222-222222222222'

function report(sequence: number, more: Partial<AgentReport> = {}): AgentReport {
  const sentAt = more.sentAt ?? T + sequence * 12_000
  return {
    replica: 'probe-a',
    bootId: BOOT,
    bootedAt: T,
    sequence,
    sentAt,
    askedAt: sentAt - 100,
    answers: [{ resolver: '10.96.0.10:53', result: 'nxdomain', proven: false }],
    failingSince: null,
    readings: [],
    ...more,
  }
}

const tell = (memory: AgentMemory, one: AgentReport, delayMs = 50) =>
  acceptReport(memory, one, one.sentAt + delayMs)

function refusal(memory: AgentMemory, one: AgentReport, now: number): HoldfastError {
  try {
    acceptReport(memory, one, now)
  } catch (error) {
    if (error instanceof HoldfastError) return error
    throw error
  }
  throw new Error('was accepted')
}

const results = (...all: DnsResult[]) =>
  all.reduce<{ memory: AgentMemory; n: number }>(
    ({ memory, n }, result) => ({
      memory: tell(memory, report(n, { answers: [{ resolver: '10.96.0.10:53', result, proven: false }] }))
        .memory,
      n: n + 1,
    }),
    { memory: NOTHING, n: 1 },
  ).memory

describe('acceptReport', () => {
  it('folds what a replica asked by the same rules as the local probe', () => {
    const memory = results('nxdomain', 'nxdomain', 'servfail', 'servfail')
    expect(viewAgents(memory)).toMatchObject([
      { origin: 'agent', view: { state: 'failing', failingSince: T + 36_000 - 50, failure: 'servfail' } },
    ])
    // A resolver that has an address for any name says nothing, nor does silence where nobody ever answered.
    expect(viewAgents(results('answer', 'answer'))).toMatchObject([{ view: { state: 'unreachable' } }])
    expect(viewAgents(results('timeout', 'timeout'))).toMatchObject([{ view: { state: 'unreachable' } }])
  })

  it('puts an agent’s times on our clock', () => {
    const behind = report(1, { sentAt: T - 20_000, askedAt: T - 25_000, bootedAt: T - 90_000 })
    const { memory, skewMs } = acceptReport(NOTHING, behind, T)
    expect(skewMs).toBe(20_000)
    expect(viewAgents(memory)[0]?.view.at).toBe(T - 5_000)
  })

  it.each([
    ['behind', -95_000, /95 s behind/],
    ['ahead', 31_000, /31 s ahead/],
  ])('refuses a clock that is %s, and says how to mend it', (_, offset, words) => {
    const one = report(1, { sentAt: T + offset, bootedAt: T + offset - 1000 })
    expect(refusal(NOTHING, one, T)).toMatchObject({
      code: 'invalid-input',
      where: 'sentAt',
      message: expect.stringMatching(words),
      hint: expect.stringContaining('NTP'),
    })
  })

  it('refuses what contradicts itself, and what is long past', () => {
    expect(refusal(NOTHING, report(1, { askedAt: T + 12_001 }), T + 12_000)).toMatchObject({
      code: 'invalid-input',
      where: 'askedAt',
    })
    expect(refusal(NOTHING, report(1, { bootedAt: T + 12_500 }), T + 12_000)).toMatchObject({
      where: 'bootedAt',
    })
    const old = report(1, { askedAt: T + 12_000 - 600_001 })
    expect(refusal(NOTHING, old, T + 12_000)).toMatchObject({ code: 'expired' })
  })

  it('takes the same message sent again as known, and changes nothing', () => {
    const first = tell(NOTHING, report(4))
    // Sent again later, so `sentAt` differs; what it says does not.
    const again = report(4, { sentAt: T + 60_000, askedAt: T + 48_000 - 100 })
    const second = acceptReport(first.memory, again, T + 60_050)
    expect(second).toMatchObject({ accepted: 'known' })
    expect(second.memory).toBe(first.memory)
  })

  it('refuses a replayed message, one out of order, and another one with a number that was used', () => {
    const { memory } = tell(tell(NOTHING, report(4)).memory, report(5))
    expect(refusal(memory, report(4), T + 61_000)).toMatchObject({
      code: 'conflict',
      where: 'sequence',
      message: expect.stringContaining('after message 5'),
    })
    const other = report(5, { answers: [{ resolver: '10.96.0.10:53', result: 'servfail', proven: false }] })
    expect(refusal(memory, other, T + 61_000)).toMatchObject({ code: 'conflict', where: 'sequence' })
    expect(tell(memory, report(9)).accepted).toBe('new')
  })

  it('hears a replica that starts anew, and nothing more of its earlier start', () => {
    const { memory } = tell(NOTHING, report(7))
    const anew = report(1, { bootId: NEXT_BOOT, bootedAt: T + 90_000, sentAt: T + 91_000 })
    const after = tell(memory, anew)
    expect(after).toMatchObject({ accepted: 'new' })
    expect(after.memory.get('probe-a')).toMatchObject({ bootId: NEXT_BOOT, sequence: 1 })
    const replayed = report(8, { sentAt: T + 92_000 })
    expect(refusal(after.memory, replayed, T + 92_000)).toMatchObject({ code: 'conflict', where: 'bootId' })
    // Its clock was set back before it started anew: after ten silent minutes that is forgiven.
    const back = report(1, { bootId: BOOT, bootedAt: T, sentAt: T + 800_000 })
    expect(tell(after.memory, back).accepted).toBe('new')
  })

  it('learns from an agent that it hears for the first time in the middle of an outage', () => {
    const since = T + 36_000
    const silent = (proven: boolean, failingSince: number | null) =>
      report(20, { answers: [{ resolver: '10.96.0.10:53', result: 'timeout', proven }], failingSince })
    const { memory } = tell(NOTHING, silent(true, since))
    expect(viewAgents(memory)).toMatchObject([
      { view: { state: 'failing', failingSince: since + 50, failure: 'silent' } },
    ])
    expect(viewAgents(tell(NOTHING, silent(false, null)).memory)).toMatchObject([
      { view: { state: 'unreachable' } },
    ])
    // What we have seen ourselves is not changed by what it says later.
    const seen = tell(NOTHING, report(19)).memory
    expect(viewAgents(tell(seen, silent(true, since)).memory)).toMatchObject([
      { view: { state: 'answering' } },
    ])
    for (const failingSince of [T - 1, T + 20 * 12_000])
      expect(refusal(NOTHING, silent(true, failingSince), T + 20 * 12_000)).toMatchObject({
        code: 'invalid-input',
        where: 'failingSince',
      })
  })

  it('keeps the readings of T0 while it lasts, by node', () => {
    const reading = {
      name: 'api.prod.svc.cluster.local',
      resolver: '169.254.20.10:53',
      readAt: T + 35_000,
      ttlSeconds: 700,
    }
    const bad = [{ resolver: '169.254.20.10:53', result: 'servfail' as const, proven: false }]
    let { memory } = tell(NOTHING, report(2, { answers: bad }))
    memory = tell(memory, report(3, { answers: bad, readings: [reading] })).memory
    memory = tell(memory, report(4, { answers: bad })).memory
    expect(viewAgents(memory)[0]?.view.names).toEqual([
      { ...reading, resolver: 'probe-a 169.254.20.10:53', readAt: T + 35_050 },
    ])
    for (let n = 5; n < 12; n++) memory = tell(memory, report(n)).memory
    expect(memory.get('probe-a')?.readings).toEqual([])
  })

  it('merges two replicas; one that falls silent is no failure', () => {
    const bad = [{ resolver: '10.96.0.10:53', result: 'servfail' as const, proven: false }]
    let memory = NOTHING
    for (const n of [1, 2, 3]) {
      memory = tell(memory, report(n)).memory
      memory = tell(memory, report(n, { replica: 'probe-b' })).memory
    }
    const view = (now: number) => mergeLivePaths(viewAgents(memory), now)
    expect(view(T + 40_000)).toMatchObject({ state: 'answering' })
    // probe-b stops to speak: after a minute and a half its word no longer counts, and nobody calls it a failure.
    for (let n = 4; n < 14; n++) memory = tell(memory, report(n)).memory
    expect(view(T + 160_000)).toMatchObject({ state: 'answering', at: T + 13 * 12_000 - 50 })
    expect(view(T + 600_000)).toBeUndefined()
    for (const n of [14, 15]) memory = tell(memory, report(n, { answers: bad })).memory
    expect(view(T + 190_000)).toMatchObject({ state: 'failing', failingSince: T + 14 * 12_000 - 50 })
  })

  it('remembers no more than sixteen replicas, the ones heard last, and none for more than an hour', () => {
    let memory = NOTHING
    for (let i = 0; i < 40; i++)
      memory = tell(memory, report(1, { replica: `probe-${i}`, sentAt: T + 12_000 + i })).memory
    expect([...memory.keys()]).toEqual(Array.from({ length: 16 }, (_, i) => `probe-${39 - i}`))
    const later = report(2, { replica: 'probe-39', sentAt: T + 3_700_000 })
    expect([...tell(memory, later).memory.keys()]).toEqual(['probe-39'])
  })

  it('never goes back, in whatever order and however often messages come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 40 }), order => {
        let memory = NOTHING
        let highest = 0
        for (const n of order) {
          try {
            const next = acceptReport(memory, report(n, { sentAt: T + 200_000, askedAt: T + n }), T + 200_000)
            expect(next.accepted).toBe(n > highest ? 'new' : 'known')
            memory = next.memory
          } catch (error) {
            expect(error).toMatchObject({ code: 'conflict' })
            expect(n).toBeLessThan(highest)
          }
          highest = Math.max(highest, n)
          expect(memory.get('probe-a')?.sequence).toBe(highest)
        }
      }),
    )
  })
})
