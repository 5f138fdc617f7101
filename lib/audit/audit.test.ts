import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appendEntry, GENESIS_HASH } from './append-entry'
import { canonicalJson } from './canonical-json'
import { exportLine, readExportLine } from './export-line'
import { readChain } from './store'
import { MemoryAuditStore } from './testing/memory-audit-store'
import type { AuditEntry } from './types'
import { verifyChain } from './verify-chain'

const draft = (n: number) => ({
  at: 1_733_900_000_000 + n,
  actor: 'ada',
  verb: 'action.confirmed',
  subject: `action/${n}`,
  detail: { n, nested: { b: 1, a: [1, 2] }, gone: undefined },
})

function chainOf(count: number): AuditEntry[] {
  const entries: AuditEntry[] = []
  for (let n = 0; n < count; n++) entries.push(appendEntry(entries.at(-1), draft(n)))
  return entries
}

describe('canonicalJson', () => {
  it('spells a value one way whatever the order of its keys', () => {
    expect(canonicalJson({ b: [1, null], a: { d: 'x', c: true } })).toBe(
      '{"a":{"c":true,"d":"x"},"b":[1,null]}',
    )
  })

  it('agrees with JSON for every JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, () => 1])('refuses %s', value => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  })
})

describe('an export', () => {
  it('verifies line by line as the log does, and shows what was changed in it', async () => {
    const lines = chainOf(4).map(exportLine)
    const read = (texts: string[]) => verifyChain(texts.map((line, i) => readExportLine(line, i + 1)))
    expect(await read(lines)).toEqual(await verifyChain(chainOf(4)))
    const forged = lines.map(line => line.replace('action/2', 'action/9'))
    expect(await read(forged)).toMatchObject({ ok: false, brokenAt: 3 })
    expect(await read(lines.filter((_, i) => i !== 1))).toMatchObject({ ok: false, brokenAt: 3 })
  })

  it.each(['', 'no JSON', '[]', 'null', '{"seq":1}', '{"seq":"1","at":"x"}'])(
    'names a line that is none: %s',
    line => {
      expect(() => readExportLine(line, 7)).toThrow(/Line 7/)
    },
  )
})

describe('the chain', () => {
  it('starts from the genesis hash and verifies', async () => {
    const entries = chainOf(5)
    expect(entries[0]?.prevHash).toBe(GENESIS_HASH)
    expect(await verifyChain(entries)).toEqual({ ok: true, entries: 5, headHash: entries[4]?.hash })
    expect(await verifyChain([])).toEqual({ ok: true, entries: 0, headHash: GENESIS_HASH })
  })

  it('finds any changed field at its entry', async () => {
    const fields: Partial<AuditEntry>[] = [
      { actor: 'mallory' },
      { at: 1 },
      { verb: 'x' },
      { subject: 'x' },
      { detail: {} },
      { hash: 'f'.repeat(64) },
    ]
    for (const change of fields) {
      const entries = chainOf(5).map(e => (e.seq === 3 ? { ...e, ...change } : e))
      expect(await verifyChain(entries)).toMatchObject({ ok: false, brokenAt: 3 })
    }
  })

  it('finds a removed, a reordered and a forged entry', async () => {
    const entries = chainOf(4)
    const [a, b, c, d] = entries as [AuditEntry, AuditEntry, AuditEntry, AuditEntry]
    expect(await verifyChain([a, c, d])).toMatchObject({ ok: false, brokenAt: 3, entries: 1 })
    expect(await verifyChain([a, c, b, d])).toMatchObject({ ok: false, brokenAt: 3 })
    const forged = appendEntry({ seq: 1, hash: GENESIS_HASH }, draft(9))
    expect(await verifyChain([a, forged])).toMatchObject({ ok: false, brokenAt: 2 })
  })

  it('finds an end that was cut off against a head kept elsewhere', async () => {
    const entries = chainOf(3)
    expect(await verifyChain(entries.slice(0, 2), entries[2]?.hash)).toMatchObject({ ok: false, brokenAt: 3 })
  })

  it('survives a store that gives back JSON', async () => {
    const entries = JSON.parse(JSON.stringify(chainOf(3))) as AuditEntry[]
    expect(await verifyChain(entries)).toMatchObject({ ok: true, entries: 3 })
  })

  it('keeps only what a database can give back', async () => {
    const entry = appendEntry(undefined, { ...draft(1), at: 1.4, detail: { text: 'a\0b\ud800c\u{1f600}' } })
    expect(entry).toMatchObject({ at: 1, detail: { text: 'a\ufffdb\ufffdc\u{1f600}' } })
  })

  it('is read in pages', async () => {
    const store = new MemoryAuditStore()
    await store.append(Array.from({ length: 7 }, (_, n) => draft(n)))
    expect(await verifyChain(readChain(store, 3))).toMatchObject({ ok: true, entries: 7 })
    expect((await store.latest(2)).map(e => e.seq)).toEqual([7, 6])
    expect((await store.latest(2, 'action/0')).map(e => e.seq)).toEqual([1])
  })
})
