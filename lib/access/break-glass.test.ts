import { beforeEach, describe, expect, it } from 'vitest'
import { breakGlass, printBreakGlassCodes, reviewBreakGlass } from './break-glass'
import { MemoryAccessStore } from './testing/memory-access-store'
import type { Principal } from './types'

const NOW = Date.parse('2024-12-11T15:00:00Z')
const client = { address: '192.0.2.7', agent: 'a browser' }
const commander: Principal = {
  name: 'Grace',
  role: 'commander',
  via: 'session',
  id: 's1',
  method: 'password',
}
let store: MemoryAccessStore
let codes: string[]

beforeEach(async () => {
  store = new MemoryAccessStore()
  codes = await printBreakGlassCodes(store.ledger, 'Root', NOW)
})
const use = (code = codes[0] ?? '', name = 'Ada') =>
  breakGlass(store.ledger, { code, name, reason: 'the identity provider is down' }, client, NOW)

describe('broken glass', () => {
  it('keeps hashes of eight codes that are hard to mistype', () => {
    expect(codes).toHaveLength(8)
    expect(new Set(codes).size).toBe(8)
    for (const code of codes) {
      expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/)
      expect(store.dump()).not.toContain(code)
    }
  })

  it('lets in once by a code, as commander for four hours, under a name that nobody else can have', async () => {
    const { principal, expiresAt } = await use()
    expect(principal).toMatchObject({ name: 'Ada (break-glass)', role: 'commander', method: 'break-glass' })
    expect(expiresAt).toBe(NOW + 4 * 3_600_000)
    await expect(use()).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(store.told.map(line => line.verb)).toEqual([
      'break-glass.printed',
      'break-glass.used',
      'session.opened',
    ])
  })

  it('takes a code however it was typed', async () => {
    const typed = (codes[1] ?? '')
      .toLowerCase()
      .replaceAll('-', ' ')
      .replaceAll('0', 'o')
      .replaceAll('1', 'l')
    expect((await use(typed)).principal.role).toBe('commander')
  })

  it('ends the codes of before when new ones are printed', async () => {
    const fresh = await printBreakGlassCodes(store.ledger, 'Root', NOW)
    await expect(use(codes[2])).rejects.toMatchObject({ code: 'unauthenticated' })
    expect((await use(fresh[2])).principal.role).toBe('commander')
  })

  it('is to be reviewed by another person, once', async () => {
    const { principal } = await use()
    const [open] = await store.unreviewed()
    const review = (by: Principal) => reviewBreakGlass(store.ledger, open?.id ?? '', 'seen', by, NOW)
    await expect(review(principal)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(review({ ...commander, name: 'ada' })).rejects.toMatchObject({ code: 'forbidden' })
    const another = await use(codes[3], 'Eve')
    await expect(review(another.principal)).rejects.toMatchObject({ code: 'forbidden' })
    await review(commander)
    await expect(review(commander)).rejects.toMatchObject({ code: 'conflict' })
    expect((await store.unreviewed()).map(code => code.usedBy)).toEqual(['Eve'])
    expect(store.told.at(-1)).toMatchObject({ actor: 'Grace', verb: 'break-glass.reviewed' })
  })

  it.each(['', 'AAAAA', "'; drop table break_glass_code; --"])('refuses "%s"', async code => {
    await expect(use(code)).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})
