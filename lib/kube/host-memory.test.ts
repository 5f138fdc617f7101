import type { LookupAddress } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock'
import { HostMemory } from './host-memory'

const address = (last: number): LookupAddress[] => [{ address: `10.0.0.${last}`, family: 4 }]
const dead = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })

describe('HostMemory', () => {
  it('asks once for many callers, and again when the answer is old', async () => {
    const clock = new FakeClock()
    let asked = 0
    const memory = new HostMemory(clock, async () => address(++asked))
    const all = await Promise.all([1, 2, 3].map(() => memory.addressesOf('a')))
    expect(all).toEqual([address(1), address(1), address(1)])
    expect(await memory.addressesOf('a')).toEqual(address(1))
    await clock.advance(31_000)
    expect(await memory.addressesOf('a')).toEqual(address(2))
  })

  it('goes on with the last good address when the name stops resolving', async () => {
    const clock = new FakeClock()
    let alive = true
    const memory = new HostMemory(clock, async () => {
      if (!alive) throw dead
      return address(1)
    })
    await memory.addressesOf('a')
    alive = false
    await clock.advance(3600_000)
    expect(await memory.addressesOf('a')).toEqual(address(1))
    await expect(memory.addressesOf('b')).rejects.toBe(dead)
  })

  it('waits a second for a resolver that hangs, then goes on with what it knows', async () => {
    const clock = new FakeClock()
    let hang = false
    const memory = new HostMemory(clock, () => (hang ? new Promise(() => {}) : Promise.resolve(address(1))))
    await memory.addressesOf('a')
    hang = true
    await clock.advance(60_000)
    let found: LookupAddress[] | undefined
    const asking = memory.addressesOf('a').then(addresses => {
      found = addresses
    })
    await clock.advance(999)
    expect(found).toBeUndefined()
    await clock.advance(1)
    await asking
    expect(found).toEqual(address(1))
    expect(clock.pending).toBe(0)
  })

  it('never runs more than two lookups at once', async () => {
    let running = 0
    let most = 0
    const finish: (() => void)[] = []
    const memory = new HostMemory(new FakeClock(), async () => {
      most = Math.max(most, ++running)
      await new Promise<void>(resolve => finish.push(resolve))
      running--
      return address(1)
    })
    const all = ['a', 'b', 'c', 'd', 'e'].map(host => memory.addressesOf(host))
    for (const _ of all) {
      await new Promise(resolve => setImmediate(resolve))
      finish.shift()?.()
    }
    await Promise.all(all)
    expect(most).toBe(2)
  })

  it('answers net.connect with all addresses, one, or the wanted family', async () => {
    const both: LookupAddress[] = [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ]
    const memory = new HostMemory(new FakeClock(), async () => both)
    const ask = (options: object) =>
      new Promise(resolve =>
        memory.lookup('a', options, (error, found, family) => resolve(error?.code ?? [found, family])),
      )
    expect(await ask({ all: true })).toEqual([both, undefined])
    expect(await ask({ family: 4 })).toEqual(['127.0.0.1', 4])
    expect(await ask({})).toEqual(['::1', 6])
  })
})
