import type { RollOut } from './merge-roll-outs'
import type { FleetView, LoadPoint } from './standing'
import { clamp01, fitLine, type Line, median, studentQuantile } from './statistics'
import type { ScalingLaw } from './types'

/** Pods come up and counters move before a change shows in full. */
const SETTLE_MS = 120_000
/** Added load counts as seen when it is this share of the baseline, and this many cores. */
const SEEN_SHARE = 0.05
const SEEN_CORES = 0.02
/** Share of clusters above the smallest size of the fit in which the load must be seen. */
const SEEN_OFTEN = 0.9
const MIN_POINTS = 5
/** Largest over smallest size of the fit. */
const MIN_RANGE = 4
const MAX_PLOTTED = 300

/** A law with the width that its number of clusters leaves it. */
export interface FittedLaw {
  law: ScalingLaw
  /** 95 % interval of the exponent. */
  low: number
  high: number
  /** 1 when clusters without the change show none of this load, 0 when they show as much: then it is another's. */
  contrast: number
  /** Points of the fit, unsaturated and settled. */
  fitted: readonly LoadPoint[]
}

/**
 * Least squares of ln(added cores) over ln(nodes), on settled carriers that are not held back by their limits.
 * Sizes below which the load drowns in noise are left out by size, never by load, which would bend the exponent.
 * @returns undefined with fewer than five points or less than a fourfold range of sizes
 */
export function fitScalingLaw(rollOut: RollOut, fleet: FleetView): FittedLaw | undefined {
  const carriers = fleet.loads.filter(({ cluster }) => rollOut.times.has(cluster.clusterId))
  const free = carriers.filter(point => !point.heldBack && isSettled(rollOut, point, fleet.now))
  const fitted = aboveNoise(free)
  if (fitted.length < MIN_POINTS) return undefined
  const sizes = fitted.map(({ nodes }) => nodes)
  if (Math.max(...sizes) < MIN_RANGE * Math.min(...sizes)) return undefined
  const line = fitLine(fitted.map(({ nodes, added }) => [Math.log(nodes), Math.log(added)]))
  if (!line) return undefined
  const width = studentQuantile(line.points - 2) * line.standardError
  return {
    law: {
      exponent: line.slope,
      standardError: line.standardError,
      r2: line.r2,
      clusters: line.points,
      points: plotted(carriers),
      lnA: line.intercept,
      unit: 'cores',
    },
    low: line.slope - width,
    high: line.slope + width,
    contrast: contrastTo(
      fleet.loads.filter(({ cluster, heldBack }) => !heldBack && !rollOut.times.has(cluster.clusterId)),
      line,
    ),
    fitted,
  }
}

/** Median share of the load that the law asks of clusters without the change, and that they carry all the same. */
function contrastTo(others: readonly LoadPoint[], { slope, intercept }: Line): number {
  const shares = others.map(({ nodes, added }) => added / Math.exp(intercept + slope * Math.log(nodes)))
  return clamp01(1 - (median(shares) ?? 0))
}

function isSettled(rollOut: RollOut, { cluster }: LoadPoint, now: number): boolean {
  const changedAt = rollOut.times.get(cluster.clusterId)?.at(-1) ?? now
  return now - changedAt >= SETTLE_MS
}

/** From the largest down, as long as the load is seen in nine of ten; those in which it is not are left out. */
function aboveNoise(points: readonly LoadPoint[]): LoadPoint[] {
  const bySize = [...points].sort((a, b) => b.nodes - a.nodes)
  let seen = 0
  let end = 0
  for (const [index, point] of bySize.entries()) {
    if (isSeen(point)) seen++
    if (seen >= SEEN_OFTEN * (index + 1)) end = index + 1
  }
  return bySize.slice(0, end).filter(isSeen)
}

function isSeen({ added, baseline }: LoadPoint): boolean {
  return added > Math.max(SEEN_CORES, SEEN_SHARE * baseline)
}

/** At most 300 points, evenly over the sizes. */
function plotted(points: readonly LoadPoint[]): ScalingLaw['points'] {
  const drawable = points.filter(({ added }) => added > 0).sort((a, b) => a.nodes - b.nodes)
  const step = Math.max(1, drawable.length / MAX_PLOTTED)
  const chosen = Array.from(
    { length: Math.min(drawable.length, MAX_PLOTTED) },
    (_, i) => drawable[Math.floor(i * step)] as LoadPoint,
  )
  return chosen.map(({ cluster: { clusterId, state }, nodes, added }) => ({
    clusterId,
    nodes,
    load: added,
    state,
  }))
}
