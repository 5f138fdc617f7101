import { describe, expect, it } from 'vitest'
import { foldLivePath, type LivePathMemory, NO_LIVE_PATH, viewLivePath } from './live-path'
import type { DnsResult } from './types'

/** Two resolvers, a round every 10 s; each word is "a/b" for the two results. */
function foldAll(rounds: string, start: LivePathMemory = NO_LIVE_PATH, from = 0): LivePathMemory {
  const short: Record<string, DnsResult> = {
    ok: 'nxdomain',
    fail: 'servfail',
    none: 'timeout',
    any: 'answer',
    bad: 'malformed',
  }
  return rounds.split(' ').reduce((memory, round, i) => {
    const results = round.split('/').map(word => short[word] ?? 'refused')
    return foldLivePath(
      memory,
      results.map((result, r) => ({ resolver: `r${r}`, at: (from + i) * 10_000 + r, result })),
    )
  }, start)
}

describe('the live path', () => {
  it('answers while names that do not exist are denied, and forgives one lost packet', () => {
    expect(viewLivePath(NO_LIVE_PATH)).toBeUndefined()
    expect(viewLivePath(foldAll('ok/ok ok/ok ok/none ok/ok'))).toMatchObject({
      state: 'answering',
      at: 30_001,
    })
  })

  it('fails from the first of two failures close together', () => {
    expect(viewLivePath(foldAll('ok/ok ok/ok fail/ok ok/fail'))).toMatchObject({
      state: 'failing',
      failingSince: 20_000,
      failure: 'servfail',
    })
    expect(viewLivePath(foldAll('ok/ok ok/none none/none'))).toMatchObject({
      state: 'failing',
      failingSince: 10_001,
      failure: 'silent',
    })
  })

  it('does not take silence for failure where nothing has ever answered; SERVFAIL it does', () => {
    expect(viewLivePath(foldAll('none/none none/none none/none'))).toMatchObject({ state: 'unreachable' })
    expect(viewLivePath(foldAll('fail/none fail/none'))).toMatchObject({ state: 'failing', failingSince: 0 })
  })

  it('does not trust a resolver that has an address for any name', () => {
    expect(viewLivePath(foldAll('any/any any/bad'))).toMatchObject({ state: 'unreachable' })
    expect(viewLivePath(foldAll('any/ok any/ok any/fail any/fail'))).toMatchObject({
      state: 'failing',
      failingSince: 20_001,
    })
  })

  it('recovers only after six good answers in a row, and T0 starts anew', () => {
    const lost = foldAll('ok/ok fail/fail fail/fail')
    expect(viewLivePath(foldAll('ok/ok fail/ok ok/ok', lost, 3))).toMatchObject({
      state: 'failing',
      failingSince: 10_000,
    })
    const back = foldAll('ok/ok ok/ok ok/ok', lost, 3)
    expect(viewLivePath(back)).toMatchObject({ state: 'answering' })
    expect(back.bins).toEqual([])
    expect(viewLivePath(foldAll('fail/fail', back, 9))).toMatchObject({ failingSince: 90_000 })
  })

  it('keeps the failures since T0 as evidence, bounded', () => {
    const memory = foldAll(`ok/ok fail/ok fail/ok ${Array(80).fill('fail/fail').join(' ')}`)
    expect(memory.bins[0]).toEqual({ at: 20_000, asked: 2, failed: 1 })
    expect(memory.bins[1]).toEqual({ at: 30_000, asked: 2, failed: 2 })
    expect(memory.bins).toHaveLength(60)
    expect(memory.recent.length).toBeLessThanOrEqual(12)
  })
})
