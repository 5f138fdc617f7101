import type { RollOut } from './merge-roll-outs'
import type { FleetView } from './standing'
import { clamp01, quantile, wilsonLower } from './statistics'
import type { ClusterLoad, Evidence } from './types'
import { countWords, plural } from './words'

/** Where the change is, against where the sickness is. */
export interface SpaceLink {
  /** 0–1. */
  score: number
  evidence?: Evidence
}

/** A cluster that took the change only now may still fall ill: it is not counted as spared. */
const GRACE_MS = 5 * 60_000

/**
 * Space: the sick carry it, carriers of their size are sick, and clusters of their size without it are not.
 * Small clusters count for neither side when only large ones fall ill.
 */
export function assessSpace(rollOut: RollOut, fleet: FleetView): SpaceLink {
  if (fleet.sick.length === 0) return { score: 0 }
  const carries = ({ clusterId }: ClusterLoad) => rollOut.times.has(clusterId)
  const sickCarriers = fleet.sick.filter(carries)
  const coverage = wilsonLower(sickCarriers.length, fleet.sick.length)
  const floor = quantile(
    sickCarriers.flatMap(({ nodes }) => nodes ?? []),
    0.1,
  )
  const comparable = (cluster: ClusterLoad) => floor === undefined || (cluster.nodes ?? floor) >= floor
  const settled = ({ clusterId }: ClusterLoad) =>
    fleet.now - (rollOut.times.get(clusterId)?.[0] ?? 0) >= GRACE_MS
  const healthyCarriers = fleet.healthy.filter(cluster => carries(cluster) && settled(cluster))
  const spared = healthyCarriers.filter(comparable).length
  const struck = sickCarriers.filter(comparable).length
  const purity = struck > 0 ? struck / (struck + spared) : 0

  const lift = liftOver(fleet, carries, comparable, purity)
  const score = clamp01(Math.sqrt(coverage * purity) * lift)
  const figure = `${countWords(sickCarriers.length)}/${countWords(fleet.sick.length)}`
  const text = `${countWords(sickCarriers.length)} of ${plural(fleet.sick.length, 'sick cluster')} ${sickCarriers.length === 1 ? 'carries' : 'carry'} it; ${healthyWords(sickCarriers, healthyCarriers, floor, struck, struck + spared)}.`
  return { score, evidence: { kind: 'space', text, figure, score } }
}

/** How much more often carriers are sick than comparable clusters without the change: 0 when not at all, to 1. */
function liftOver(
  fleet: FleetView,
  carries: (cluster: ClusterLoad) => boolean,
  comparable: (cluster: ClusterLoad) => boolean,
  purity: number,
): number {
  const without = (clusters: readonly ClusterLoad[]) =>
    clusters.filter(cluster => !carries(cluster) && comparable(cluster)).length
  const sick = without(fleet.sick)
  const all = sick + without(fleet.healthy)
  if (all === 0 || purity === 0) return 1
  return clamp01(1 - sick / all / purity)
}

function healthyWords(
  sick: readonly ClusterLoad[],
  healthy: readonly ClusterLoad[],
  floor: number | undefined,
  struck: number,
  ofSize: number,
): string {
  if (healthy.length === 0) return 'no carrier has stayed healthy'
  const largestHealthy = healthy.reduce((most, { nodes }) => Math.max(most, nodes ?? 0), 0)
  const larger = sick.filter(({ nodes }) => (nodes ?? 0) > largestHealthy).length
  if (largestHealthy > 0 && larger > sick.length / 2)
    return `no carrier over ${countWords(largestHealthy)} nodes has stayed healthy`
  if (floor !== undefined && struck > 0)
    return `of carriers over ${countWords(floor)} nodes ${countWords(struck)} of ${countWords(ofSize)} are sick`
  const carry = healthy.length === 1 ? 'carries' : 'carry'
  return `${plural(healthy.length, 'healthy cluster')} ${carry} it too`
}
