import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { moveFocus } from './move-focus'
import { type Box, LABEL_H, layoutFleet } from './squarify-layout'

const fleets = fc.array(
  fc.record({
    key: fc.string({ minLength: 1, maxLength: 8 }),
    sizes: fc.array(fc.option(fc.integer({ min: 0, max: 7_500 }), { nil: null }), {
      minLength: 1,
      maxLength: 60,
    }),
  }),
  { minLength: 1, maxLength: 9 },
)

function groupsOf(fleet: { key: string; sizes: (number | null)[] }[]) {
  return fleet.map((g, i) => ({
    key: `${i} ${g.key}`,
    items: g.sizes.map((nodes, k) => ({ id: `${i}-${k}`, nodes })),
  }))
}

const overlaps = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe('layoutFleet', () => {
  it('places every cluster once, inside the map, and over no other', () => {
    fc.assert(
      fc.property(fleets, fleet => {
        const groups = groupsOf(fleet)
        const placed = layoutFleet(groups, 640, 360)
        const tiles = placed.flatMap(p => [...p.tiles.values()])
        expect(tiles).toHaveLength(groups.reduce((n, g) => n + g.items.length, 0))
        for (const t of tiles) {
          expect(t.x).toBeGreaterThanOrEqual(0)
          expect(t.y).toBeGreaterThanOrEqual(LABEL_H)
          expect(t.x + t.width).toBeLessThanOrEqual(641)
        }
        const some = tiles.slice(0, 80)
        for (let i = 0; i < some.length; i += 1) {
          for (let k = i + 1; k < some.length; k += 1) {
            const [a, b] = [some[i], some[k]]
            if (a && b && a.width > 0 && b.width > 0) expect(overlaps(a, b)).toBe(false)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  it('gives the larger cluster the larger tile', () => {
    const placed = layoutFleet(
      [
        {
          key: 'a',
          items: [
            { id: 'small', nodes: 500 },
            { id: 'large', nodes: 5_000 },
          ],
        },
      ],
      600,
      300,
    )
    const area = (id: string) => {
      const box = placed[0]?.tiles.get(id)
      return box ? box.width * box.height : 0
    }
    expect(area('large')).toBeGreaterThan(area('small') * 8)
  })

  it('does not depend on the order in which clusters come', () => {
    const items = [3_000, 40, 700, 700, 90].map((nodes, i) => ({ id: `c${i}`, nodes }))
    const one = layoutFleet([{ key: 'a', items }], 500, 400)
    const two = layoutFleet([{ key: 'a', items: [...items].reverse() }], 500, 400)
    for (const [id, box] of one[0]?.tiles ?? []) expect(two[0]?.tiles.get(id)).toEqual(box)
  })

  it('stands an empty map and a fleet of which nothing is known', () => {
    expect(layoutFleet([], 600, 300)).toEqual([])
    const placed = layoutFleet([{ key: 'a', items: [{ id: 'x', nodes: null }] }], 600, 300)
    expect(placed[0]?.tiles.get('x')?.width).toBe(600)
  })
})

describe('moveFocus', () => {
  const grid = new Map<string, Box>(
    [0, 1, 2].flatMap(row =>
      [0, 1, 2].map(col => [`${row}${col}`, { x: col * 10, y: row * 10, width: 10, height: 10 }] as const),
    ),
  )

  it('keeps its line and stops at the edge', () => {
    expect(moveFocus(grid, '11', 'right')).toBe('12')
    expect(moveFocus(grid, '11', 'up')).toBe('01')
    expect(moveFocus(grid, '12', 'right')).toBeNull()
    expect(moveFocus(grid, 'nowhere', 'left')).toBeNull()
  })

  it('leads only to other tiles of the map', () => {
    fc.assert(
      fc.property(fleets, fleet => {
        const tiles = new Map(layoutFleet(groupsOf(fleet), 640, 360).flatMap(p => [...p.tiles]))
        for (const id of tiles.keys()) {
          for (const direction of ['left', 'right', 'up', 'down'] as const) {
            const to = moveFocus(tiles, id, direction)
            if (to !== null) expect(tiles.has(to)).toBe(true)
            expect(to).not.toBe(id)
          }
        }
      }),
      { numRuns: 10 },
    )
  })
})
