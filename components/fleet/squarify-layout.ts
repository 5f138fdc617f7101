import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy'

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface MapItem {
  id: string
  /** Null = not learnt yet; drawn at the smallest size. */
  nodes: number | null
}

export interface MapGroup<T extends MapItem> {
  key: string
  items: readonly T[]
}

export interface PlacedGroup {
  key: string
  box: Box
  tiles: Map<string, Box>
}

export const LABEL_H = 17
export const GROUP_GAP = 8
/** The smallest tile has this share of the mean size, so that a small cluster can still be seen and hit. */
const FLOOR_SHARE = 0.085

/**
 * Places groups in rows and their clusters as a squarified treemap, area by nodes. Depends on sizes and ids only, never
 * on states: nothing moves when a state changes. Coordinates are whole pixels.
 */
export function layoutFleet<T extends MapItem>(
  groups: readonly MapGroup<T>[],
  width: number,
  height: number,
): PlacedGroup[] {
  const filled = groups.filter(g => g.items.length > 0)
  if (filled.length === 0 || width <= 0 || height <= 0) return []
  const all = filled.flatMap(g => g.items)
  const mean = all.reduce((sum, i) => sum + (i.nodes ?? 0), 0) / all.length
  const floor = Math.max(1, mean * FLOOR_SHARE)
  const weigh = (item: T) => Math.max(item.nodes ?? 0, floor)
  const weights = new Map(filled.map(g => [g.key, g.items.reduce((sum, i) => sum + weigh(i), 0)]))
  const weightOf = (g: MapGroup<T>) => weights.get(g.key) ?? 0
  const sorted = [...filled].sort((a, b) => weightOf(b) - weightOf(a) || (a.key < b.key ? -1 : 1))

  const rows = inRows(sorted, rowCount(sorted.length, width, height))
  const rowWeights = rows.map(row => row.reduce((sum, g) => sum + weightOf(g), 0))
  const heights = shareOut(rowWeights, height - GROUP_GAP * (rows.length - 1), LABEL_H + 40)
  const placed: PlacedGroup[] = []
  let y = 0
  rows.forEach((row, r) => {
    const rowHeight = heights[r] ?? 0
    const widths = shareOut(row.map(weightOf), width - GROUP_GAP * (row.length - 1), 46)
    let x = 0
    row.forEach((group, i) => {
      const box = { x, y, width: widths[i] ?? 0, height: rowHeight }
      placed.push({ key: group.key, box, tiles: squarify(group.items, weigh, box) })
      x += box.width + GROUP_GAP
    })
    y += rowHeight + GROUP_GAP
  })
  return placed
}

function rowCount(groups: number, width: number, height: number): number {
  return Math.min(groups, Math.max(1, Math.round(Math.sqrt((groups * height * 1.3) / width))))
}

function inRows<G>(groups: readonly G[], rows: number): G[][] {
  const perRow = Math.ceil(groups.length / rows)
  return Array.from({ length: Math.ceil(groups.length / perRow) }, (_, r) =>
    groups.slice(r * perRow, (r + 1) * perRow),
  )
}

/** Shares `total` out by weight in whole pixels, each part at least `least` where that fits. */
function shareOut(weights: readonly number[], total: number, least: number): number[] {
  const floor = Math.min(least, Math.floor(total / weights.length))
  const sum = weights.reduce((a, b) => a + b, 0)
  const free = total - floor * weights.length
  const raw = weights.map(w => floor + (sum > 0 ? (free * w) / sum : free / weights.length))
  // Blend: parts that are large enough anyway keep their exact proportion.
  const exact = weights.map(w => (sum > 0 ? (total * w) / sum : total / weights.length))
  const chosen = exact.every(e => e >= floor) ? exact : raw
  let edge = 0
  return chosen.map(part => {
    const from = Math.round(edge)
    edge += part
    return Math.round(edge) - from
  })
}

function squarify<T extends MapItem>(
  items: readonly T[],
  weigh: (item: T) => number,
  box: Box,
): Map<string, Box> {
  const inner = { width: box.width, height: Math.max(1, box.height - LABEL_H) }
  interface Node {
    item?: T
    children?: Node[]
  }
  const root = hierarchy<Node>({ children: items.map(item => ({ item })) })
    .sum(node => (node.item ? weigh(node.item) : 0))
    .sort(
      (a, b) =>
        (b.value ?? 0) - (a.value ?? 0) || ((a.data.item?.id ?? '') < (b.data.item?.id ?? '') ? -1 : 1),
    )
  const laid = treemap<Node>().size([inner.width, inner.height]).tile(treemapSquarify.ratio(1)).round(true)(
    root,
  )
  const tiles = new Map<string, Box>()
  for (const leaf of laid.leaves()) {
    if (!leaf.data.item) continue
    tiles.set(leaf.data.item.id, {
      x: box.x + leaf.x0,
      y: box.y + LABEL_H + leaf.y0,
      width: leaf.x1 - leaf.x0,
      height: leaf.y1 - leaf.y0,
    })
  }
  return tiles
}
