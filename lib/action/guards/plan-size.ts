import type { Guard } from './guard'

/** Each write is a row with its undo, and is watched: some thousands are carried out within minutes. */
const MAX_WRITES = 5_000

/** A plan that nobody could look over, or that would take longer than an incident. */
export const planSize: Guard = ({ plan }) => {
  const writes = plan.targets.reduce((sum, { steps }) => sum + steps.length, 0)
  if (writes <= MAX_WRITES) return undefined
  return {
    guard: 'scope.size',
    verdict: 'block',
    text: `It comes to ${writes} writes; at most ${MAX_WRITES} are planned at once. Name fewer clusters, or fewer nodes of each.`,
  }
}
