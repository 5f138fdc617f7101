import type { TargetPlan } from './types'

/** Worst first: what is lost already cannot be made much worse, and shows an effect best. */
const SICK = [new Set(['LockedOut', 'Dark', 'Overloaded']), new Set(['Strained', 'Recovering'])]
/** Share of the fleet in the first wave after the canary. */
const FIRST_SHARE = 0.05

/**
 * Canary, first 5 %, all. The canary is the smallest sick cluster: sick, so that its recovery shows the effect;
 * smallest, so that a mistake costs least. The others follow by the fuse that ends first.
 */
export function assignWaves(targets: readonly Omit<TargetPlan, 'wave'>[]): TargetPlan[] {
  const sick = SICK.map(states => targets.filter(target => states.has(target.state))).find(
    some => some.length > 0,
  )
  const canary = [...(sick ?? targets)].sort(
    (a, b) => a.nodes - b.nodes || a.clusterId.localeCompare(b.clusterId),
  )[0]
  const rest = targets.filter(target => target !== canary).sort(byFuse)
  const first = Math.ceil(targets.length * FIRST_SHARE)
  return [
    ...(canary ? [{ ...canary, wave: 'canary' as const }] : []),
    ...rest.map((target, i) => ({ ...target, wave: i < first ? ('first' as const) : ('all' as const) })),
  ]
}

function byFuse(a: Omit<TargetPlan, 'wave'>, b: Omit<TargetPlan, 'wave'>): number {
  const fuse = (target: Omit<TargetPlan, 'wave'>) => target.fuseAt ?? Number.POSITIVE_INFINITY
  const [x, y] = [fuse(a), fuse(b)]
  return x === y ? b.nodes - a.nodes || a.clusterId.localeCompare(b.clusterId) : x - y
}
