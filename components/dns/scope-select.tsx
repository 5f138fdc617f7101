'use client'

import type { Scope } from '@/lib/client/queries'
import type { WarRoomDto } from '@/lib/wire/stream'

const KINDS = ['product', 'region', 'cluster'] as const

/** Chooses whose caches are shown: the fleet, a product, a region or one of the clusters that burn. */
export function ScopeSelect({
  room,
  scope,
  onScope,
}: {
  room: WarRoomDto
  scope: Scope | null
  onScope: (scope: Scope | null) => void
}) {
  const { fleet, fuses } = room
  const regions = [...new Set(fleet.clusters.map(({ region }) => region))].filter(Boolean).sort()
  const clusters = fuses.clusters.map(({ clusterId, clusterName }) => ({ id: clusterId, name: clusterName }))
  // One that does not burn any more, or never did, stays chosen.
  if (scope?.kind === 'cluster' && !clusters.some(({ id }) => id === scope.id)) {
    const known = fleet.clusters.find(({ id }) => id === scope.id)
    clusters.unshift({ id: scope.id, name: known?.name ?? scope.id })
  }
  const choose = (value: string) => {
    const kind = KINDS.find(known => value.startsWith(`${known}:`))
    onScope(kind ? { kind, id: value.slice(kind.length + 1) } : null)
  }
  return (
    <select
      className="field scope"
      aria-label="Whose caches"
      value={scope ? `${scope.kind}:${scope.id}` : ''}
      onChange={event => choose(event.target.value)}
    >
      <option value="">Whole fleet</option>
      <optgroup label="Product">
        {fleet.products.map(({ id, name }) => (
          <option key={id} value={`product:${id}`}>
            {name}
          </option>
        ))}
      </optgroup>
      <optgroup label="Region">
        {regions.map(region => (
          <option key={region} value={`region:${region}`}>
            {region}
          </option>
        ))}
      </optgroup>
      <optgroup label="Cluster">
        {clusters.map(({ id, name }) => (
          <option key={id} value={`cluster:${id}`}>
            {name}
          </option>
        ))}
      </optgroup>
    </select>
  )
}
