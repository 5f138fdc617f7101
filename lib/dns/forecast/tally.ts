import type { EvidenceBin } from '../fuse/types'

/** Questions within some time, and how many of them were answered. Epoch ms. */
export interface Tally {
  from: number
  to: number
  asked: number
  answered: number
}

/** More intervals than a chart can show; beyond it, neighbours are put together. */
const MOST_TALLIES = 60

/** Adds the bins that are newer than the last tally. */
export function addBins(tallies: readonly Tally[], bins: readonly EvidenceBin[]): readonly Tally[] {
  const last = tallies.at(-1)?.to ?? Number.NEGATIVE_INFINITY
  const fresh = bins.filter(({ at, asked }) => at > last && asked > 0)
  if (fresh.length === 0) return tallies
  let all = [
    ...tallies,
    ...fresh.map(({ at, asked, failed }) => ({ from: at, to: at, asked, answered: asked - failed })),
  ]
  while (all.length > MOST_TALLIES) all = pairUp(all)
  return all
}

function pairUp(tallies: readonly Tally[]): Tally[] {
  const out: Tally[] = []
  for (let i = 0; i < tallies.length; i += 2) {
    const [a, b] = tallies.slice(i, i + 2)
    if (a && b)
      out.push({ from: a.from, to: b.to, asked: a.asked + b.asked, answered: a.answered + b.answered })
    else if (a) out.push(a)
  }
  return out
}
