import { expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock'
import { createChangeBatch } from './batch-changes'
import { createRateLimit } from './rate-limit'
import type { ShotChange } from './store'
import { MemoryActionStore } from './testing/memory-action-store'

const change = (id: string): ShotChange => ({ id, from: ['trying'], set: { state: 'landed' }, updatedAt: 0 })

function world() {
  const clock = new FakeClock()
  const store = new MemoryActionStore(clock)
  const batches: number[] = []
  const write = store.changeShots.bind(store)
  store.changeShots = async changes => {
    const applied = await write(changes)
    batches.push(changes.length)
    return applied
  }
  return { clock, store, batches, batch: createChangeBatch(clock, store) }
}

it('writes what comes within a moment in one transaction, and tells each whether it applied', async () => {
  const { clock, batches, batch } = world()
  const results = Promise.all(['a', 'b', 'c'].map(id => batch.write(change(id))))
  await clock.advance(100)
  expect(await results).toEqual([false, false, false])
  expect(batches).toEqual([3])
})

it('keeps trying while storage is away', async () => {
  const { clock, store, batches, batch } = world()
  store.away = true
  const result = batch.write(change('a'))
  await clock.advance(5_000)
  expect(batches).toEqual([])
  store.away = false
  await clock.advance(1_000)
  expect(await result).toBe(false)
})

it('gives up when it is closed, so that a stop never waits for storage', async () => {
  const { clock, store, batch } = world()
  store.away = true
  const result = batch.write(change('a'))
  const closed = batch.close()
  await clock.advance(2_000)
  await closed
  expect(await result).toBe(false)
})

it('lets a second’s worth through at once and then keeps the rate', async () => {
  const clock = new FakeClock()
  const limit = createRateLimit(clock, 20)
  const startedAt = clock.now()
  const took: number[] = []
  const all = Array.from({ length: 60 }, async () => {
    await limit.take()
    took.push(clock.now() - startedAt)
  })
  await clock.advance(3_000)
  await Promise.all(all)
  expect(took.filter(at => at === 0)).toHaveLength(20)
  expect(Math.max(...took)).toBe(2_000)
  for (let at = 0; at <= 2_000; at += 250) {
    expect(took.filter(one => one > at && one <= at + 1_000).length).toBeLessThanOrEqual(20)
  }
})
