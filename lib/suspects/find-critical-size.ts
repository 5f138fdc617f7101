import type { RollOut } from './merge-roll-outs'
import { type FleetView, type LoadPoint, standingOf } from './standing'
import { fitLine } from './statistics'

/** A cluster that took the change only now may still break. */
const GRACE_MS = 5 * 60_000
/** Carriers on the wrong side of the size, as a share of the sick ones; none while few are sick. */
const MOST_MISPLACED = 0.5
const FEW_SICK = 3
const MIN_POINTS = 5
/** Utilisation counts once the added load is most of it. */
const DOMINANT = 0.5
/** No extrapolation further than this many times the largest cluster of the fit. */
const FURTHEST = 10

/**
 * The size at which clusters with the change break: as seen, when carriers above some size are sick and those below
 * are not, else where the utilisation of the largest, extrapolated, meets 1.
 */
export function findCriticalSize(
  rollOut: RollOut,
  fleet: FleetView,
  fitted: readonly LoadPoint[],
): { nodes: number; basis: 'seen' | 'extrapolated' } | undefined {
  const seen = seenSize(rollOut, fleet)
  if (seen !== undefined) return { nodes: seen, basis: 'seen' }
  const extrapolated = extrapolatedSize(fitted)
  return extrapolated === undefined ? undefined : { nodes: extrapolated, basis: 'extrapolated' }
}

/** The cut between sizes with the fewest healthy carriers above and sick ones below. */
function seenSize(rollOut: RollOut, fleet: FleetView): number | undefined {
  const carriers = fleet.clusters
    .flatMap(cluster => {
      const standing = standingOf(cluster)
      const changedAt = rollOut.times.get(cluster.clusterId)?.[0]
      if (changedAt === undefined) return []
      const undecided = standing === 'unknown' || (standing === 'healthy' && fleet.now - changedAt < GRACE_MS)
      return cluster.nodes && !undecided
        ? [{ nodes: cluster.nodes as number, sick: standing === 'sick' }]
        : []
    })
    .sort((a, b) => a.nodes - b.nodes)
  const sick = carriers.filter(carrier => carrier.sick).length
  if (sick === 0 || sick === carriers.length) return undefined
  let misplaced = carriers.length - sick
  let fewest = Number.POSITIVE_INFINITY
  let size: number | undefined
  for (const [index, carrier] of carriers.entries()) {
    const below = carriers[index - 1]
    if (misplaced < fewest && below && below.nodes < carrier.nodes) {
      fewest = misplaced
      size = Math.round(Math.sqrt(below.nodes * carrier.nodes))
    }
    misplaced += carrier.sick ? 1 : -1
  }
  return fewest <= (sick < FEW_SICK ? 0 : MOST_MISPLACED * sick) ? size : undefined
}

function extrapolatedSize(fitted: readonly LoadPoint[]): number | undefined {
  const points = fitted.flatMap(({ nodes, added, baseline, cluster: { utilisation } }) =>
    utilisation !== undefined && utilisation > 0 && added >= DOMINANT * (added + baseline)
      ? [[Math.log(nodes), Math.log(utilisation)] as const]
      : [],
  )
  if (points.length < MIN_POINTS) return undefined
  const line = fitLine(points)
  if (!line || line.slope < 0.1) return undefined
  const nodes = Math.exp(-line.intercept / line.slope)
  const largest = Math.exp(Math.max(...points.map(([x]) => x)))
  return Number.isFinite(nodes) && nodes <= FURTHEST * largest ? Math.max(1, Math.round(nodes)) : undefined
}
