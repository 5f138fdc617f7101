import { expect, it } from 'vitest'
import { Ring } from './ring'

it('keeps the newest items in order', () => {
  const ring = new Ring<number>(3)
  expect(ring.toArray()).toEqual([])
  for (let i = 1; i <= 5; i++) ring.push(i)
  expect(ring.toArray()).toEqual([3, 4, 5])
})
