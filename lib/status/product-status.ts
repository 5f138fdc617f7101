import type { ComponentStatusDto } from '../wire/status'

export interface ServingCluster {
  products: string[]
  nodes: number
  /** Share of names that still resolve there, p50, 0–1. */
  resolvable: number
}

/** Shares of a product's capacity that customers feel, by the wording of public status pages. */
const THRESHOLDS: [number, ComponentStatusDto][] = [
  [0.5, 'major_outage'],
  [0.15, 'partial_outage'],
  [0.01, 'degraded_performance'],
]

/**
 * What customers of a product feel: the node-weighted share of its clusters' names that no longer resolve. A control
 * plane that is lost while its data plane still serves is no customer's concern.
 */
export function productStatus(product: string, clusters: ServingCluster[]): ComponentStatusDto {
  let weight = 0
  let failing = 0
  for (const cluster of clusters) {
    if (!cluster.products.includes(product)) continue
    weight += Math.max(1, cluster.nodes)
    failing += Math.max(1, cluster.nodes) * (1 - cluster.resolvable)
  }
  const share = weight > 0 ? failing / weight : 0
  return THRESHOLDS.find(([least]) => share >= least)?.[1] ?? 'operational'
}

const WEIGHT: ComponentStatusDto[] = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
]

export function worstStatus(statuses: ComponentStatusDto[]): ComponentStatusDto {
  return statuses.reduce((a, b) => (WEIGHT.indexOf(b) > WEIGHT.indexOf(a) ? b : a), 'operational')
}

/** Statuspage's page-level indicator. */
export function indicatorOf(statuses: ComponentStatusDto[]): 'none' | 'minor' | 'major' | 'critical' {
  const worst = worstStatus(statuses)
  if (worst === 'major_outage') return 'critical'
  if (worst === 'partial_outage') return 'major'
  return worst === 'operational' ? 'none' : 'minor'
}
