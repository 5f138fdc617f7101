import { isLost } from '@/lib/client/severity'
import type { FleetClusterDto, ProductDto } from '@/lib/wire/fleet'
import type { MapGroup } from './squarify-layout'

export interface FleetGroup extends MapGroup<FleetClusterDto> {
  title: string
  /** What the head of the group says after its name, longest first. */
  notes: string[]
}

/** Groups of the map. By product a cluster stands under its first product, so that it is drawn once. */
export function groupClusters(
  clusters: readonly FleetClusterDto[],
  by: 'region' | 'product',
  products: readonly ProductDto[],
): FleetGroup[] {
  const names = new Map(products.map(p => [p.id, p.name]))
  const groups = new Map<string, FleetClusterDto[]>()
  for (const cluster of clusters) {
    const key = by === 'region' ? cluster.region || 'no region' : (cluster.products[0] ?? 'no product')
    const known = groups.get(key)
    if (known) known.push(cluster)
    else groups.set(key, [cluster])
  }
  return [...groups].map(([key, items]) => {
    const lost = items.filter(c => isLost(c.controlPlane.state)).length
    return {
      key,
      title: by === 'product' ? (names.get(key) ?? key) : key,
      items,
      notes:
        lost > 0
          ? [`${lost} of ${items.length} lost`, `${lost} lost`]
          : [`${items.length} clusters`, `${items.length}`],
    }
  })
}
