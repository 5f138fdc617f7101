import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DatabaseStanding } from './database-standing'

const FULL = new Error('No space left on device')
const MINUTE = 60_000

let at = 0
let standing: DatabaseStanding
beforeEach(() => {
  at = 10 * MINUTE
  standing = new DatabaseStanding(() => at)
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(console, 'log').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

describe('DatabaseStanding', () => {
  it('is back with the first answer when it was merely away', () => {
    standing.silent(FULL)
    expect(standing.state).toBe('away')
    at += 5_000
    standing.answered()
    expect(standing.state).toBe('up')
  })

  it('holds a refusal until writes have worked for a minute without one that failed', () => {
    standing.refused(FULL)
    standing.answered()
    expect(standing.state).toBe('refusing')
    standing.wrote()
    at += MINUTE - 1
    standing.wrote()
    expect(standing.state).toBe('refusing')
    standing.refused(FULL)
    at += MINUTE
    standing.wrote()
    expect(standing.state).toBe('refusing')
    at += MINUTE
    standing.wrote()
    expect(standing.state).toBe('up')
  })

  it('holds one that comes and goes, as a database does that ends whenever it writes', () => {
    for (let i = 0; i < 2; i++) {
      standing.silent(FULL)
      at += 3_000
      standing.answered()
      standing.wrote()
    }
    expect(standing.state).toBe('refusing')
    standing.silent(FULL)
    at += MINUTE
    standing.answered()
    expect(standing.state).toBe('refusing')
  })

  it('never changes its mind twice within a minute once it refused', () => {
    const event = fc.constantFrom('answered', 'silent', 'refused', 'wrote')
    fc.assert(
      fc.property(fc.array(fc.record({ event, after: fc.nat(20_000) }), { maxLength: 60 }), events => {
        at = 10 * MINUTE
        standing = new DatabaseStanding(() => at)
        let refusingAt: number | undefined
        for (const { event, after } of events) {
          at += after
          if (event === 'silent' || event === 'refused') standing[event](FULL)
          else standing[event]()
          if (standing.state === 'refusing') refusingAt ??= at
          else {
            if (refusingAt !== undefined) expect(at - refusingAt).toBeGreaterThanOrEqual(MINUTE)
            refusingAt = undefined
          }
        }
      }),
    )
  })
})
