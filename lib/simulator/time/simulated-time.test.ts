import { describe, expect, it } from 'vitest'
import { SimulatedTime } from './simulated-time'
import { Stepper } from './stepper'

function setup(speed = 20) {
  let wall = 1_000_000
  const time = new SimulatedTime(50_000, speed, () => wall)
  return { time, pass: (ms: number) => (wall += ms) }
}

describe('simulated time', () => {
  it('runs at its speed and never jumps when speed or pause change', () => {
    const { time, pass } = setup()
    pass(100)
    expect(time.now()).toBe(52_000)
    time.set({ speed: 60 })
    expect(time.now()).toBe(52_000)
    pass(100)
    expect(time.now()).toBe(58_000)
    time.set({ paused: true })
    pass(5000)
    expect(time.now()).toBe(58_000)
    time.set({ paused: false })
    pass(10)
    expect(time.now()).toBe(58_600)
  })

  it('keeps to 1–120', () => {
    const { time } = setup(1000)
    expect(time.anchor.speed).toBe(120)
    expect(time.set({ speed: 0 }).speed).toBe(1)
  })
})

describe('the stepper', () => {
  it('makes one step a simulated second, catches up in pieces and tells how far it is behind', () => {
    const { time, pass } = setup()
    const fleet = {
      startAt: 50_000,
      second: 0,
      advance(to: number) {
        this.second = to
      },
    }
    let followed = 0
    const stepper = new Stepper(
      time,
      () => fleet,
      () => followed++,
    )
    expect(stepper.step()).toBe(false)
    expect([fleet.second, followed]).toEqual([0, 0])
    pass(50)
    expect(stepper.step()).toBe(false)
    expect([fleet.second, followed, stepper.lagMs]).toEqual([1, 1, 0])
    pass(1000)
    expect(stepper.step()).toBe(true)
    expect([fleet.second, stepper.lagMs]).toEqual([6, 14_000])
    while (stepper.step());
    expect([fleet.second, stepper.lagMs]).toEqual([21, 0])
  })
})
