import type { Box } from './squarify-layout'

export type Direction = 'left' | 'right' | 'up' | 'down'

/**
 * The tile that an arrow leads to: the nearest in that direction, where distance across counts double, so that the
 * focus keeps its line. Null at the edge.
 */
export function moveFocus(
  tiles: ReadonlyMap<string, Box>,
  from: string,
  direction: Direction,
): string | null {
  const here = tiles.get(from)
  if (!here) return null
  const cx = here.x + here.width / 2
  const cy = here.y + here.height / 2
  let best: { id: string; cost: number } | null = null
  for (const [id, box] of tiles) {
    if (id === from || !isAhead(here, box, direction)) continue
    const dx = Math.abs(box.x + box.width / 2 - cx)
    const dy = Math.abs(box.y + box.height / 2 - cy)
    const cost = direction === 'left' || direction === 'right' ? dx + 2 * dy : dy + 2 * dx
    if (!best || cost < best.cost) best = { id, cost }
  }
  return best?.id ?? null
}

function isAhead(from: Box, to: Box, direction: Direction): boolean {
  if (direction === 'left') return to.x + to.width <= from.x + 1
  if (direction === 'right') return to.x >= from.x + from.width - 1
  if (direction === 'up') return to.y + to.height <= from.y + 1
  return to.y >= from.y + from.height - 1
}
