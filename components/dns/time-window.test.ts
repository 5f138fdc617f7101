import { assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WHOLE } from './read-expiry'
import { formatWindow, panWindow, parseWindow, ticksOf, windowAround, zoomWindow } from './time-window'

const seconds = integer({ min: -4_000, max: 4_000 })

function isSound({ from, to }: { from: number; to: number }): boolean {
  return from >= WHOLE.from && to <= WHOLE.to && to - from >= 60
}

describe('the window of the timeline', () => {
  it('stays inside what is known and never narrower than a minute', () => {
    assert(
      property(
        seconds,
        integer({ min: -10, max: 9_000 }),
        integer({ min: 1, max: 40 }),
        (at, length, tenths) => {
          const window = windowAround(at, length)
          expect(isSound(window)).toBe(true)
          expect(isSound(zoomWindow(window, tenths / 10, at))).toBe(true)
          expect(isSound(panWindow(window, tenths / 10 - 2))).toBe(true)
        },
      ),
    )
  })

  it('keeps the instant under the pointer where it is', () => {
    const before = { from: -600, to: 600 }
    const after = zoomWindow(before, 0.5, 300)
    expect((300 - after.from) / (after.to - after.from)).toBeCloseTo((300 - before.from) / 1_200, 2)
  })

  it('keeps its length when it moves', () => {
    expect(panWindow({ from: -300, to: 300 }, 0.5)).toEqual({ from: 0, to: 600 })
    expect(panWindow({ from: 1_200, to: 1_800 }, 1)).toEqual({ from: 1_200, to: 1_800 })
  })

  it('comes back from an address as it went, and takes nonsense for the whole', () => {
    assert(
      property(seconds, integer({ min: 60, max: 3_600 }), (at, length) => {
        const window = windowAround(at, length)
        expect(parseWindow(formatWindow(window))).toEqual(window)
      }),
    )
    for (const text of [null, '', 'a,b', '5', '9,3', '1,2,3', 'NaN,NaN', 'Infinity,-1'])
      expect(parseWindow(text)).toEqual(WHOLE)
  })

  it('names its ends and round instants between them', () => {
    expect(ticksOf(WHOLE, 7)).toEqual([-1_800, -1_200, -600, 0, 600, 1_200, 1_800])
    expect(ticksOf(WHOLE, 3)).toEqual([-1_800, 0, 1_800])
    expect(ticksOf({ from: -90, to: 210 }, 7)).toEqual([-90, -60, 0, 60, 120, 180, 210])
    expect(ticksOf({ from: -70, to: 190 }, 7)).toEqual([-70, 0, 60, 120, 190])
  })
})
