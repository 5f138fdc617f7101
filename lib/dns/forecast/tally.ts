import type { EvidenceBin } from '../fuse/types'

/** Questions within some time, and how many of them were answered. Epoch ms. */
export interface Tally {
  from: number
  to: number
  asked: number
  answered: number
}

/** Rounds within this time are counted together: one round of a few questions says too little by itself. */
const INTERVAL_MS = 60_000
/** More intervals than a chart can show; beyond it, neighbours are put together. */
const MOST_TALLIES = 60

/** Adds the bins that are newer than the last tally. */
export function addBins(tallies: readonly Tally[], bins: readonly EvidenceBin[]): readonly Tally[] {
  const last = tallies.at(-1)?.to ?? Number.NEGATIVE_INFINITY
  const fresh = bins.filter(({ at, asked }) => at > last && asked > 0)
  if (fresh.length === 0) return tallies
  let all = [...tallies]
  for (const { at, asked, failed } of fresh) {
    const open = all.at(-1)
    const bin = { from: at, to: at, asked, answered: asked - failed }
    if (open && at - open.from < INTERVAL_MS) all[all.length - 1] = together(open, bin)
    else all.push(bin)
  }
  while (all.length > MOST_TALLIES) all = pairUp(all)
  return all
}

function pairUp(tallies: readonly Tally[]): Tally[] {
  const out: Tally[] = []
  for (let i = 0; i < tallies.length; i += 2) {
    const [a, b] = tallies.slice(i, i + 2)
    if (a && b) out.push(together(a, b))
    else if (a) out.push(a)
  }
  return out
}

const together = (a: Tally, b: Tally): Tally => ({
  from: a.from,
  to: b.to,
  asked: a.asked + b.asked,
  answered: a.answered + b.answered,
})
