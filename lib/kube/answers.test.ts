import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutSecrets } from './bounded-text'
import { describeAnswer, parseStatus } from './classify-status'
import { parseRetryAfter } from './retry-after'

describe('parseStatus', () => {
  it('reads reason, message, code, causes and retry seconds', () => {
    const details = { retryAfterSeconds: 5, causes: [{ reason: 'FieldValueInvalid' }] }
    const body = JSON.stringify({ kind: 'Status', reason: 'Invalid', message: 'm', code: 422, details })
    expect(parseStatus(body)).toEqual({
      reason: 'Invalid',
      message: 'm',
      code: 422,
      causes: ['FieldValueInvalid'],
      retryAfterSeconds: 5,
    })
  })

  it('never throws and never says more than it should', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), body => {
        expect(describeAnswer(500, body).length).toBeLessThanOrEqual(301)
        parseStatus(body)
      }),
    )
    expect(parseStatus('<html>')).toBeUndefined()
    expect(parseStatus('{"kind":"Pod"}')).toBeUndefined()
    expect(parseStatus(JSON.stringify({ kind: 'Status', message: 'x'.repeat(9999) }))?.message).toHaveLength(
      501,
    )
  })
})

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  it.each([
    [undefined, undefined, undefined],
    ['', undefined, undefined],
    ['soon', undefined, undefined],
    ['7', undefined, 7000],
    ['-7', undefined, 0],
    ['99999999', undefined, 86_400_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', undefined, 30_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 'Thu, 01 Jan 2026 00:00:20 GMT', 10_000],
    ['Thu, 01 Jan 2020 00:00:00 GMT', undefined, 0],
  ])('reads %j (Date: %j) as %s ms', (value, date, expected) => {
    expect(parseRetryAfter(value, date, now)).toBe(expected)
  })
})

describe('withoutSecrets', () => {
  it('takes tokens, keys and certificates out of what other programs print', () => {
    const jwt = `eyJ${'a'.repeat(50)}.eyJ${'b'.repeat(50)}.c`
    const text = `login failed: token=hunter2 password: hunter3 ${jwt}\n-----BEGIN PRIVATE KEY-----\nMIIB\n`
    const clean = withoutSecrets(text)
    expect(clean).toMatch(/^login failed: /)
    for (const secret of ['hunter2', 'hunter3', 'eyJ', 'MIIB']) expect(clean).not.toContain(secret)
  })
})
