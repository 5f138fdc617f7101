import type { ModelCluster, Product } from './types'

/** How much of every product's requests needs the platform's clusters. */
const PLATFORM_WEIGHT = 0.7

interface Weighted {
  failing: number
  nodes: number
}

/**
 * Share of each product's requests that fail. A product fails with its own clusters, weighted by nodes and less what
 * was sent elsewhere, and with the platform that all products need.
 */
export function userImpact(clusters: readonly ModelCluster[]): Record<Product, number> {
  const own: Record<Product, Weighted> = {
    chat: { failing: 0, nodes: 0 },
    api: { failing: 0, nodes: 0 },
    video: { failing: 0, nodes: 0 },
  }
  const platform: Weighted = { failing: 0, nodes: 0 }
  for (const cluster of clusters) {
    add(own[cluster.product], cluster)
    if (cluster.platform) add(platform, cluster)
  }
  const needed = PLATFORM_WEIGHT * share(platform)
  const impact = (product: Product) => 1 - (1 - share(own[product])) * (1 - needed)
  return { chat: impact('chat'), api: impact('api'), video: impact('video') }
}

function add(sum: Weighted, cluster: ModelCluster): void {
  sum.failing += cluster.nodes * cluster.serviceFailure * (1 - cluster.trafficShifted)
  sum.nodes += cluster.nodes
}

function share({ failing, nodes }: Weighted): number {
  return nodes > 0 ? failing / nodes : 0
}
