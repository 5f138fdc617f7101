import { describe, expect, it } from 'vitest'
import { Bus } from './bus'

async function take<T>(source: AsyncIterable<T>, count: number): Promise<T[]> {
  const seen: T[] = []
  for await (const event of source) {
    seen.push(event)
    if (seen.length === count) break
  }
  return seen
}

describe('Bus', () => {
  it('begins with a snapshot, then passes events on in order', async () => {
    const bus = new Bus<string>(() => 'snapshot')
    const subscription = bus.subscribe()
    bus.publish('a')
    bus.publish('b')
    // The snapshot is taken when it is read, so it already holds what was published before.
    expect(subscription && (await take(subscription, 1))).toEqual(['snapshot'])
  })

  it('replaces the backlog of a slow reader by one snapshot and counts what it dropped', async () => {
    let state = 0
    const bus = new Bus<number>(() => state, { queue: 3, subscribers: 5 })
    const subscription = bus.subscribe([])
    for (state = 1; state <= 10; state++) bus.publish(state)
    expect(subscription && (await take(subscription, 1))).toEqual([11])
    expect(bus.dropped).toBe(10)
  })

  it('resumes with the missing events only', async () => {
    const bus = new Bus<string>(() => 'snapshot')
    const subscription = bus.subscribe(['c'])
    bus.publish('d')
    expect(subscription && (await take(subscription, 2))).toEqual(['c', 'd'])
  })

  it('refuses more subscribers than it can serve and frees a place when one leaves', () => {
    const bus = new Bus<string>(() => '', { queue: 1, subscribers: 1 })
    const first = bus.subscribe()
    expect(bus.subscribe()).toBeUndefined()
    first?.close()
    expect(bus.subscribe()).toBeDefined()
  })

  it('ends all readers when it closes', async () => {
    const bus = new Bus<string>(() => 'snapshot')
    const subscription = bus.subscribe([])
    const reading = subscription && take(subscription, 5)
    bus.closeAll()
    expect(await reading).toEqual([])
    expect(bus.size).toBe(0)
  })
})
