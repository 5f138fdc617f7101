import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../errors'
import { SignInLimit } from './sign-in-limit'

const NOW = 1_000_000
const wrong = async () => {
  throw new HoldfastError('unauthenticated', 'no such link')
}
const right = async () => 'in'

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'in',
    (error: unknown) => (error instanceof HoldfastError ? error.code : String(error)),
  )
}

describe('SignInLimit', () => {
  it('slows one address down and lets others in', async () => {
    const limit = new SignInLimit()
    const codes: string[] = []
    for (let i = 0; i < 12; i++) codes.push(await codeOf(limit.attempt('192.0.2.1', NOW, wrong)))
    expect(codes.slice(0, 10)).toEqual(Array(10).fill('unauthenticated'))
    expect(codes.slice(10)).toEqual(['too-many-requests', 'too-many-requests'])
    expect(await codeOf(limit.attempt('192.0.2.2', NOW, right))).toBe('in')
    expect(await codeOf(limit.attempt('192.0.2.1', NOW + 60_000, right))).toBe('in')
  })

  it('bounds the failures of all addresses together', async () => {
    const limit = new SignInLimit()
    let tried = 0
    const guess = async () => {
      tried++
      return wrong()
    }
    for (let i = 0; i < 1_000; i++) await codeOf(limit.attempt(`192.0.2.${i}`, NOW, guess))
    expect(tried).toBe(120)
    expect(await codeOf(limit.attempt('198.51.100.1', NOW, right))).toBe('too-many-requests')
    expect(await codeOf(limit.attempt('198.51.100.1', NOW + 1_000, right))).toBe('in')
  })

  it('counts neither those who get in nor a database that is away as failures', async () => {
    const limit = new SignInLimit()
    const away = async () => {
      throw new HoldfastError('unavailable', 'away')
    }
    for (let i = 0; i < 300; i++) await codeOf(limit.attempt(`10.0.0.${i}`, NOW, i % 2 ? right : away))
    expect(await codeOf(limit.attempt('192.0.2.9', NOW, right))).toBe('in')
  })
})
