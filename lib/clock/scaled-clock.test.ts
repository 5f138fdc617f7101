import { describe, expect, it } from 'vitest'
import { ScaledClock } from './scaled-clock'

const anchor = { wallAt: 0, simAt: 1_000_000, speed: 20, paused: false }

describe('ScaledClock', () => {
  it('runs at the speed of its anchor and stands while paused', () => {
    let wall = 0
    const clock = new ScaledClock(anchor, () => wall)
    wall = 500
    expect(clock.now()).toBe(1_010_000)
    clock.setAnchor({ ...anchor, simAt: 1_010_000, wallAt: 500, paused: true })
    wall = 9_999
    expect(clock.now()).toBe(1_010_000)
  })

  it('wakes sleepers who would oversleep when time is set on, and none too early', async () => {
    let wall = 0
    const clock = new ScaledClock(anchor, () => wall)
    const woken: string[] = []
    const short = clock.sleep(3_600_000).then(() => woken.push('an hour'))
    const long = new AbortController()
    const never = clock.sleep(90_000_000, long.signal).catch(reason => woken.push(String(reason)))
    wall = 10
    clock.setAnchor({ ...anchor, wallAt: 10, simAt: anchor.simAt + 3_600_000 })
    await short
    expect(woken).toEqual(['an hour'])
    long.abort('stopped')
    await never
    expect(woken).toEqual(['an hour', 'stopped'])
  })

  it('lets nobody sleep an hour longer because time was set back by one', async () => {
    const clock = new ScaledClock({ ...anchor, paused: true }, () => 0)
    let woken = false
    const sleeping = clock.sleep(100).then(() => {
      woken = true
    })
    const back = anchor.simAt - 3_600_000
    clock.setAnchor({ ...anchor, simAt: back, paused: true })
    await Promise.resolve()
    expect(woken).toBe(false)
    clock.setAnchor({ ...anchor, simAt: back + 100, paused: true })
    await sleeping
    expect(woken).toBe(true)
  })

  it('sleeps through a pause of any length', async () => {
    let wall = 0
    const clock = new ScaledClock({ ...anchor, paused: true }, () => wall)
    let woken = false
    const sleeping = clock.sleep(1_000).then(() => {
      woken = true
    })
    wall = 100_000
    clock.setAnchor({ ...anchor, wallAt: wall, paused: true })
    await Promise.resolve()
    expect(woken).toBe(false)
    clock.setAnchor({ ...anchor, wallAt: wall - 100 })
    await sleeping
    expect(woken).toBe(true)
  })

  it('refuses to sleep for who has already been stopped', async () => {
    await expect(new ScaledClock(anchor, () => 0).sleep(5, AbortSignal.abort('gone'))).rejects.toBe('gone')
  })
})
