import { describe, expect, it } from 'vitest'
import { testRoom } from '@/lib/client/testing/test-room'
import { fuseShareLeft } from './fuse-share'
import { readExpiry } from './read-expiry'

const NOW = Date.parse('2024-12-11T23:00:00Z')
const iso = (s: number) => new Date(NOW + s * 1_000).toISOString()

describe('readExpiry', () => {
  const curve = [-3_000, -45, 15, 75].map((s, i) => ({
    at: iso(s),
    p10: 1 - i / 4,
    p50: 1 - i / 5,
    p90: 1 - i / 8,
  }))
  const expiry = readExpiry({ ...testRoom().fuses, curve }, undefined, NOW)

  it('puts a point at now, where the past ends and the projection begins', () => {
    const here = expiry.points.find(p => p.t === 0)
    expect(here?.past).toBe(here?.ahead)
    expect(here?.past).toBeCloseTo(0.8 - 0.2 * 0.75)
    expect(expiry.points.filter(p => p.past !== null).every(p => p.t <= 0)).toBe(true)
    expect(expiry.points.filter(p => p.ahead !== null).every(p => p.t >= 0)).toBe(true)
  })

  it('leaves out what is outside the window', () => {
    expect(expiry.points.map(p => p.t)).toEqual([-45, 0, 15, 75])
  })
})

describe('fuseShareLeft', () => {
  const fuse = { apiLostAt: iso(-10), t0At: iso(0), dryAt: iso(100) }

  it('burns from T0 to dry and stays between all and nothing', () => {
    expect(fuseShareLeft(fuse, NOW + 25_000)).toBe(0.75)
    expect(fuseShareLeft(fuse, NOW - 99_000)).toBe(1)
    expect(fuseShareLeft(fuse, NOW + 999_000)).toBe(0)
  })

  it('says nothing of what is not known', () => {
    expect(fuseShareLeft({ ...fuse, dryAt: null }, NOW)).toBeNull()
    expect(fuseShareLeft({ apiLostAt: null, t0At: null, dryAt: iso(9) }, NOW)).toBeNull()
  })
})
