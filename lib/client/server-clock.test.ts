import { describe, expect, it } from 'vitest'
import { anchorClock, redrawMs, serverNow, serverWallNow } from './server-clock'

const WALL = Date.parse('2026-01-01T00:00:00Z')
const FLEET = Date.parse('2024-12-11T23:00:00Z')
const clock = (speed: number, paused = false, wall = WALL) => ({
  wallAt: new Date(wall).toISOString(),
  at: new Date(FLEET).toISOString(),
  speed,
  paused,
})

describe('serverNow', () => {
  it('runs on between events at the speed of the run', () => {
    const known = anchorClock(null, clock(20), WALL)
    expect(serverNow(known, WALL + 500) - FLEET).toBe(10_000)
  })

  it('stands still while paused', () => {
    const known = anchorClock(null, clock(20, true), WALL)
    expect(serverNow(known, WALL + 60_000)).toBe(FLEET)
  })

  it('does not mind a browser clock that is wrong by an hour', () => {
    const wrong = 3_600_000
    const known = anchorClock(null, clock(1), WALL + wrong)
    expect(serverNow(known, WALL + wrong + 2_000) - FLEET).toBe(2_000)
  })

  it('tells the real time too, at any speed, also while paused', () => {
    const wrong = 3_600_000
    for (const paused of [false, true]) {
      const known = anchorClock(null, clock(60, paused), WALL + wrong)
      expect(serverWallNow(known, WALL + wrong + 2_000)).toBe(WALL + 2_000)
    }
  })

  it('believes the sample with the least delay', () => {
    let known = anchorClock(null, clock(1), WALL + 40)
    known = anchorClock(known, clock(1, false, WALL + 1_000), WALL + 1_900)
    expect(known.skewMs).toBe(40)
  })

  it('starts anew when one of the clocks was set', () => {
    let known = anchorClock(null, clock(1), WALL)
    known = anchorClock(known, clock(1), WALL + 7_200_000)
    expect(known.skewMs).toBe(7_200_000)
    expect(known.skewSamples).toHaveLength(1)
  })

  it('never runs before its anchor', () => {
    const known = anchorClock(null, clock(1), WALL)
    expect(serverNow(known, WALL - 5_000)).toBe(FLEET)
  })
})

it('redraws at most four times a second', () => {
  expect(redrawMs(anchorClock(null, clock(1), WALL))).toBe(1_000)
  expect(redrawMs(anchorClock(null, clock(120), WALL))).toBe(250)
})
