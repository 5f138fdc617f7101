import { findCriticalSize } from './find-critical-size'
import { type FittedLaw, fitScalingLaw } from './fit-scaling-law'
import type { RollOut } from './merge-roll-outs'
import type { FleetView } from './standing'
import { clamp01 } from './statistics'
import type { ClusterLoad, Evidence, ScalingLaw } from './types'
import { countWords, percentWords, plural } from './words'

/** How the load that came with the change grows with the size of a cluster. */
export interface ScalingLink {
  /** 0–1; 0 for a load that grows no faster than the cluster. */
  score: number
  law: ScalingLaw
  evidence: Evidence
}

/** Exponents from which growth counts as more than linear, and in full. */
const LINEAR = 1.15
const QUADRATIC = 1.65

/** Undefined where too little load is known to fit a law. */
export function assessScaling(rollOut: RollOut, fleet: FleetView): ScalingLink | undefined {
  const fit = fitScalingLaw(rollOut, fleet)
  if (!fit) return undefined
  const critical = findCriticalSize(rollOut, fleet, fit.fitted)
  const law: ScalingLaw = { ...fit.law, criticalNodes: critical?.nodes }
  const steep = clamp01((fit.low - LINEAR) / (QUADRATIC - LINEAR))
  const clear = clamp01((law.r2 - 0.4) / 0.5)
  const score = steep * clear * reach(critical?.nodes, fleet.clusters) * fit.contrast
  const figure = `N^${law.exponent.toFixed(1)}`
  return { score, law, evidence: { kind: 'scaling', text: wordsOf(fit, critical), figure, score } }
}

/** 1 when some cluster of the fleet exceeds the critical size, less when none comes near, 0.6 when it is not known. */
function reach(criticalNodes: number | undefined, clusters: readonly ClusterLoad[]): number {
  if (criticalNodes === undefined) return 0.6
  const largest = clusters.reduce((most, { nodes }) => Math.max(most, nodes ?? 0), 0)
  return clamp01((largest / criticalNodes) ** 2)
}

function wordsOf(
  { law, low, high, contrast }: FittedLaw,
  critical: { nodes: number; basis: 'seen' | 'extrapolated' } | undefined,
): string {
  const interval = `95${'\u00a0'}%: ${low.toFixed(2)} to ${high.toFixed(2)}`
  const growth = `Added load grows as nodes^${law.exponent.toFixed(2)} (${interval}; R² ${(Math.floor(law.r2 * 100) / 100).toFixed(2)} over ${plural(law.clusters, 'cluster')})`
  if (low <= LINEAR) return `${growth}; that it grows faster than the cluster is not shown.`
  if (contrast < 0.5)
    return `${growth}; clusters without the change carry ${percentWords(1 - contrast)} of that load too.`
  if (!critical) return `${growth}.`
  const size = `${countWords(critical.nodes)} nodes`
  return critical.basis === 'seen'
    ? `${growth}; clusters over about ${size} break.`
    : `${growth}; extrapolated, it meets capacity near ${size}.`
}
