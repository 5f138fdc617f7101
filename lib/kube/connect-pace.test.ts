import { expect, it } from 'vitest'
import { ConnectPace } from './connect-pace'

it('lets a burst through at once and paces the rest in order', async () => {
  let now = 0
  const pace = new ConnectPace(
    () => now,
    async ms => {
      now += ms
    },
  )
  const order: number[] = []
  const waits = Array.from({ length: 200 }, (_, i) => Promise.resolve(pace.pass()).then(() => order.push(i)))
  await Promise.all(waits)
  expect(order).toEqual(Array.from({ length: 200 }, (_, i) => i))
  // 200 connections, 48 of them at once, the others at 80 a second.
  expect(now).toBeGreaterThan(1_800)
  expect(now).toBeLessThan(2_600)
})
