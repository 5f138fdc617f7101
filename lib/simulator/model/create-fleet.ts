import { type ClusterShape, createCluster } from './create-cluster'
import { clamp, normal, normalQuantile, seededRandom, shuffled } from './random'
import type { ModelCluster, Product, Region } from './types'

export const REGIONS: readonly Region[] = [
  'us-east',
  'us-central',
  'us-west',
  'eu-west',
  'ap-northeast',
  'ap-southeast',
]
export const PRODUCTS: readonly Product[] = ['chat', 'api', 'video']

const REGION_CODES: Record<Region, string> = {
  'us-east': 'use',
  'us-central': 'usc',
  'us-west': 'usw',
  'eu-west': 'euw',
  'ap-northeast': 'apne',
  'ap-southeast': 'apse',
}
const OLD_VERSIONS = ['v1.27.16', 'v1.28.15', 'v1.29.10'] as const
const NEW_VERSIONS = ['v1.31.3', 'v1.31.2'] as const
const PLATFORM_CLUSTERS = 12

/** How a fleet is drawn. */
export interface FleetShape {
  seed: number
  /** Default 240. */
  clusters?: number
  /** Median number of nodes, default 400; sizes are lognormal, cut to 40–7,500. */
  medianNodes?: number
  /** Holds for every cluster, over what its place in the fleet would give. */
  all?: Partial<ClusterShape>
}

/**
 * Draws a fleet. Sizes are quantiles of a lognormal, so that every seed has the same tail of large clusters; the seed
 * moves names, pods a node and the details. Every fourth cluster charges ten seats for a full LIST, the others one.
 */
export function createFleet({
  seed,
  clusters = 240,
  medianNodes = 400,
  all = {},
}: FleetShape): ModelCluster[] {
  const random = seededRandom(seed * 7919 + 17)
  const shapes = Array.from({ length: clusters }, (_, i): ClusterShape => {
    const spread = 1.25 * normalQuantile((i + 0.5) / clusters) + 0.01 * normal(random)
    const nodes = Math.round(clamp(medianNodes * Math.exp(spread), 40, 7500))
    const seatsPerList = all.seatsPerList ?? (i % 4 === 3 ? 10 : 1)
    return {
      name: '',
      nodes,
      seed: Math.floor(random() * 2 ** 31),
      region: REGIONS[i % REGIONS.length],
      product: PRODUCTS[(i + Math.floor(i / REGIONS.length)) % PRODUCTS.length],
      podsPerNode: clamp(30 * (nodes / 400) ** -0.08 * Math.exp(0.04 * normal(random)), 8, 60),
      seatsPerList,
      kubernetesVersion: versionFor(seatsPerList, random),
      etcdMegabytesPerSecondPerCore: i % 2 === 1 ? 70 : 110,
      dnsTtlSeconds: 30 * Math.round(37 * Math.exp(0.05 * normal(random))),
      ...all,
    }
  })
  nameClusters(shapes, random)
  const fleet = shapes.map(createCluster)
  for (const cluster of largest(fleet, PLATFORM_CLUSTERS)) cluster.platform = true
  return fleet
}

/** Numbers run within a region and product, in an order that tells nothing of the size. */
function nameClusters(shapes: ClusterShape[], random: () => number): void {
  const used = new Map<string, number>()
  for (const shape of shuffled(shapes, random)) {
    const family = `${REGION_CODES[shape.region ?? 'us-east']}-${shape.product}`
    const number = (used.get(family) ?? 0) + 1
    used.set(family, number)
    shape.name = `${family}-${String(number).padStart(2, '0')}`
  }
}

function versionFor(seatsPerList: number, random: () => number): string {
  const versions = seatsPerList === 1 ? OLD_VERSIONS : NEW_VERSIONS
  return versions[Math.floor(random() * versions.length)] as string
}

function largest(fleet: readonly ModelCluster[], count: number): ModelCluster[] {
  return [...fleet].sort((a, b) => b.nodes - a.nodes).slice(0, Math.min(count, Math.ceil(fleet.length / 8)))
}
