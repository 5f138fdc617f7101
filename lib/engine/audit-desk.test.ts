import { expect, it } from 'vitest'
import { MemoryAuditStore } from '../audit/testing/memory-audit-store'
import { AuditDesk } from './audit-desk'

const draft = (n: number, actor = 'ada', verb = 'action.confirmed') => ({
  at: 1_733_900_000_000 + n * 1_000,
  actor,
  verb,
  subject: `action/${n}`,
  detail: { n, text: '=1+1' },
})

function bench(entries = 4) {
  const store = new MemoryAuditStore()
  let now = 0
  const reads: number[] = []
  const list = store.list.bind(store)
  store.list = async (from, limit) => {
    reads.push(from)
    return list(from, limit)
  }
  store.appendNow(Array.from({ length: entries }, (_, n) => draft(n)))
  return {
    store,
    reads,
    desk: new AuditDesk(store, { now: () => now }),
    pass: (ms: number) => {
      now += ms
    },
  }
}

const text = async (stream: Promise<ReadableStream>) => new Response(await stream).text()

it('checks the chain once for everybody who looks within half a minute', async () => {
  const { desk, reads, pass } = bench()
  await Promise.all([desk.page({ limit: 2 }), desk.page({ limit: 2 })])
  expect(await desk.page({ limit: 2 })).toMatchObject({ intact: true, brokenAt: null, total: 4 })
  expect(reads).toHaveLength(1)
  pass(30_000)
  await desk.page({ limit: 2 })
  expect(reads).toHaveLength(2)
})

it('names the first entry that does not fit, when asked and from then on', async () => {
  const { desk, store } = bench()
  expect(await desk.verify()).toMatchObject({ ok: true, entries: 4, headHash: store.entries[3]?.hash })
  Object.assign(store.entries[1] ?? {}, { actor: 'mallory' })
  expect(await desk.verify()).toMatchObject({
    ok: false,
    entries: 1,
    headHash: null,
    brokenAt: 2,
    reason: 'entry 2 was changed after it had been written',
  })
  expect(await desk.page({ limit: 2 })).toMatchObject({ intact: false, brokenAt: 2 })
})

it('finds by who, what, to what and when', async () => {
  const { desk, store } = bench()
  store.appendNow([draft(9, 'Grace Hopper', 'shot.landed')])
  const seqs = async (query: object) =>
    (await desk.page({ limit: 10, ...query })).entries.map(({ seq }) => seq)
  expect(await seqs({})).toEqual([5, 4, 3, 2, 1])
  expect(await seqs({ actor: 'hopper' })).toEqual([5])
  expect(await seqs({ action: 'ACTION.' })).toEqual([4, 3, 2, 1])
  expect(await seqs({ subject: 'action/2' })).toEqual([3])
  expect(await seqs({ since: draft(1).at, until: draft(3).at, before: 4 })).toEqual([3, 2])
})

it('exports lines with their hashes, and a table without formulas', async () => {
  const { desk, store } = bench(1_201)
  const lines = (await text(desk.export({}, 'jsonl'))).trimEnd().split('\n')
  expect(lines).toHaveLength(1_201)
  expect(JSON.parse(lines[1_200] ?? '')).toMatchObject({ seq: 1_201, hash: store.entries[1_200]?.hash })
  const csv = (await text(desk.export({ subject: 'action/7' }, 'csv'))).trimEnd().split('\n')
  expect(csv[0]).toBe('seq,at,actor,action,subject,detail,prev_hash,hash')
  expect(csv).toHaveLength(1 + store.entries.filter(one => one.subject.includes('action/7')).length)
  expect(await text(desk.export({ actor: 'nobody' }, 'csv'))).toBe(`${csv[0]}\n`)
})
