/**
 * Moves labels apart so that none covers another, as little as needed and within `from` and `to`. Keeps their order.
 * Where all cannot fit, they stand as close as they must.
 */
export function spreadLabels(wanted: readonly number[], height: number, from: number, to: number): number[] {
  const order = wanted
    .map((at, i) => ({ at: Math.min(to, Math.max(from, at)), i }))
    .sort((a, b) => a.at - b.at)
  for (let k = 1; k < order.length; k += 1) {
    const above = order[k - 1]
    const here = order[k]
    if (above && here) here.at = Math.max(here.at, above.at + height)
  }
  let limit = to
  for (let k = order.length - 1; k >= 0; k -= 1) {
    const here = order[k]
    if (!here) continue
    here.at = Math.min(here.at, limit)
    limit = here.at - height
  }
  const places = new Array<number>(wanted.length).fill(0)
  for (const { at, i } of order) places[i] = at
  return places
}
