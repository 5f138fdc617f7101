import { describe, expect, it } from 'vitest'
import { SteppedClock } from '../replay/stepped-clock'

describe('the stepped clock', () => {
  it('wakes in order of time, then of asking, and runs what follows at its own instant', async () => {
    const clock = new SteppedClock(1_000)
    const seen: [string, number][] = []
    const sleeper = async (name: string, ...naps: number[]) => {
      for (const nap of naps) {
        await clock.sleep(nap)
        seen.push([name, clock.now()])
      }
    }
    const done = Promise.all([
      sleeper('a', 30, 5, 5),
      sleeper('b', 10, 20),
      sleeper('c', 10),
      sleeper('d', 0),
    ])
    await clock.advanceTo(1_035)
    expect(seen).toEqual([
      ['d', 1_000],
      ['b', 1_010],
      ['c', 1_010],
      ['a', 1_030],
      ['b', 1_030],
      ['a', 1_035],
    ])
    await clock.advanceTo(2_000)
    expect(seen.at(-1)).toEqual(['a', 1_040])
    expect(clock.now()).toBe(2_000)
    await done
  })

  it('gives a sleep up when its signal aborts, with the reason', async () => {
    const clock = new SteppedClock(0)
    const stop = new AbortController()
    const reason = new Error('enough')
    const sleeping = clock.sleep(100, stop.signal)
    const refused = expect(sleeping).rejects.toBe(reason)
    await clock.advanceTo(50)
    stop.abort(reason)
    await clock.advanceTo(200)
    await refused
    await expect(clock.sleep(1, stop.signal)).rejects.toBe(reason)
  })

  it('keeps order among many', async () => {
    const clock = new SteppedClock(0)
    const woken: number[] = []
    const naps = Array.from({ length: 500 }, (_, i) => (i * 7919) % 503)
    for (const nap of naps) void clock.sleep(nap).then(() => woken.push(nap))
    await clock.advanceTo(1_000)
    expect(woken).toEqual([...naps].sort((a, b) => a - b))
  })
})
