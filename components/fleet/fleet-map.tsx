'use client'

import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { countdown } from '@/lib/client/format-time'
import { useViewState } from '@/lib/client/search-params'
import { byWorst } from '@/lib/client/severity'
import { useServerNow } from '@/lib/client/use-live'
import type { FleetClusterDto, FleetDto } from '@/lib/wire/fleet'
import { fuseShareLeft } from '../dns/fuse-share'
import { STATE_LOOK } from '../ui/state-look'
import { useSize } from '../ui/use-size'
import { ClusterTile } from './cluster-tile'
import { type FleetGroup, groupClusters } from './group-clusters'
import { type Direction, moveFocus } from './move-focus'
import { layoutFleet } from './squarify-layout'
import { TileTip } from './tile-tip'

const ARROWS: Record<string, Direction> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}
const OPENED = (id: string) => `/clusters/${encodeURIComponent(id)}`

/** The fleet as tiles: area by nodes, grouped, one tab stop, arrows to move, Enter to open. */
export function FleetMap({ fleet, firstDryId }: { fleet: FleetDto; firstDryId: string | null }) {
  const [ref, size] = useSize<HTMLDivElement>()
  const router = useRouter()
  const [view, setView] = useViewState()
  const [pointed, setPointed] = useState<string | null>(null)
  const groups = useMemo(
    () => groupClusters(fleet.clusters, view.group, fleet.products),
    [fleet.clusters, fleet.products, view.group],
  )
  // Only sizes and ids decide the layout: a string of both is the key, so that states never move a tile.
  const shape = groups.map(g => `${g.key}:${g.items.map(c => `${c.id}=${c.nodes}`).join(',')}`).join(';')
  const latest = useRef(groups)
  latest.current = groups
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the groups
  const placed = useMemo(
    () => (size ? layoutFleet(latest.current, size.width, size.height) : []),
    [shape, size],
  )
  const tiles = useMemo(() => new Map(placed.flatMap(p => [...p.tiles])), [placed])
  const byId = useMemo(() => new Map(fleet.clusters.map(c => [c.id, c])), [fleet.clusters])
  const focusId = view.cluster && byId.has(view.cluster) ? view.cluster : (fleet.clusters[0]?.id ?? null)

  const focus = (id: string) => {
    setView({ cluster: id })
    ref.current?.querySelector<SVGGElement>(`[data-id="${CSS.escape(id)}"]`)?.focus()
  }
  const focusRef = useRef(focus)
  focusRef.current = focus
  useWorstKeys(fleet, focusId, id => focusRef.current(id))

  const onKeyDown = (event: KeyboardEvent) => {
    if (!focusId) return
    const direction = ARROWS[event.key]
    if (direction) {
      event.preventDefault()
      const to = moveFocus(tiles, focusId, direction)
      if (to) focus(to)
    } else if (event.key === 'Enter') router.push(OPENED(focusId))
  }
  const idAt = (event: { target: EventTarget }) =>
    event.target instanceof Element
      ? (event.target.closest<SVGGElement>('[data-id]')?.dataset.id ?? null)
      : null
  const tipId = pointed ?? null
  const tipCluster = tipId ? byId.get(tipId) : undefined
  const tipBox = tipId ? tiles.get(tipId) : undefined
  return (
    <div className="map" ref={ref}>
      {size && (
        // biome-ignore lint/a11y/useSemanticElements: a treemap is drawn, so no table element can stand for the grid; Enter opens
        <div
          role="grid"
          aria-label={`Fleet by ${view.group}, ${fleet.clusters.length} clusters`}
          onKeyDown={onKeyDown}
          onFocus={event => setPointed(idAt(event))}
          onBlur={() => setPointed(null)}
          onPointerOver={event => event.pointerType === 'mouse' && setPointed(idAt(event))}
          onPointerLeave={() => setPointed(null)}
          onClick={event => {
            const id = idAt(event)
            if (id) router.push(OPENED(id))
          }}
        >
          <svg width={size.width} height={size.height} role="presentation">
            <MapGroups groups={groups} placed={placed} firstDryId={firstDryId} focusId={focusId} />
          </svg>
        </div>
      )}
      {tipCluster && tipBox && size && <TileTip cluster={tipCluster} box={tipBox} within={size} />}
    </div>
  )
}

/** [ and ] walk through the clusters from worst to best. */
function useWorstKeys(fleet: FleetDto, focusId: string | null, focus: (id: string) => void): void {
  const state = useRef({ fleet, focusId, focus })
  state.current = { fleet, focusId, focus }
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if ((event.key !== '[' && event.key !== ']') || event.metaKey || event.ctrlKey) return
      if (event.target instanceof Element && event.target.closest('input, textarea, [role="dialog"]')) return
      const { fleet: f, focusId: at, focus: go } = state.current
      const worst = [...f.clusters].sort(byWorst)
      const index = document.activeElement?.closest('[data-id]') ? worst.findIndex(c => c.id === at) : -1
      const to = worst[event.key === ']' ? index + 1 : Math.max(0, index - 1)]
      if (to) go(to.id)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

interface GroupsProps {
  groups: readonly FleetGroup[]
  placed: ReturnType<typeof layoutFleet>
  firstDryId: string | null
  focusId: string | null
}

function MapGroups({ groups, placed, firstDryId, focusId }: GroupsProps) {
  const now = useServerNow()
  const boxes = new Map(placed.map(p => [p.key, p]))
  return groups.map(group => {
    const place = boxes.get(group.key)
    if (!place) return null
    const fits = (text: string) => (group.title.length + 1 + text.length) * 5.9 < place.box.width
    const note = group.notes.find(fits)
    const title =
      group.title.length * 6.2 > place.box.width
        ? group.title.slice(0, Math.floor(place.box.width / 6.6))
        : group.title
    return (
      // biome-ignore lint/a11y/useSemanticElements: see the grid above
      <g key={group.key} role="row" aria-label={`${group.title}, ${group.notes[0]}`}>
        <text className="map-group" x={place.box.x} y={place.box.y + 11}>
          {title}
          {note && <tspan> {note}</tspan>}
        </text>
        {drawnLast(group.items, firstDryId).map(cluster => {
          const box = place.tiles.get(cluster.id)
          return box ? (
            <ClusterTile
              key={cluster.id}
              {...tileOf(cluster, group, now)}
              box={box}
              isFirst={cluster.id === firstDryId}
              isFocused={cluster.id === focusId}
            />
          ) : null
        })}
      </g>
    )
  })
}

/** The first to go dry has a ring around it, so it is drawn over its neighbours. */
function drawnLast(items: readonly FleetClusterDto[], id: string | null): readonly FleetClusterDto[] {
  const last = items.find(c => c.id === id)
  return last ? [...items.filter(c => c !== last), last] : items
}

/** What a tile shows; equal values mean that it does not draw again. */
function tileOf(cluster: FleetClusterDto, group: FleetGroup, now: number | null) {
  const { dataPlane, controlPlane } = cluster
  const dryAt = dataPlane.dryAt ? Date.parse(dataPlane.dryAt) : null
  const burning = dataPlane.state === 'Burning' && dryAt !== null && now !== null
  const share = burning ? fuseShareLeft(dataPlane, now) : null
  const left = burning ? countdown(dryAt - now) : dataPlane.state === 'Dry' ? 'dry' : null
  const look = STATE_LOOK[controlPlane.state]
  const nodes = cluster.nodes === null ? 'nodes not known' : `${cluster.nodes} nodes`
  return {
    id: cluster.id,
    name: cluster.name,
    shortName: shorten(cluster.name, group),
    label: `${cluster.name}, ${look.word}, ${nodes}${dataPlane.state === 'Fresh' ? '' : `, DNS ${dataPlane.state.toLowerCase()}`}`,
    state: controlPlane.state,
    fuse: dataPlane.state,
    share: share === null ? null : Math.round(share * 50) / 50,
    left,
  }
}

/** `use-chat-01` in a region where every name begins with `use-` reads `chat-01`. */
function shorten(name: string, group: FleetGroup): string {
  const prefix = name.slice(0, name.indexOf('-') + 1)
  return prefix.length > 1 && group.items.length > 1 && group.items.every(c => c.name.startsWith(prefix))
    ? name.slice(prefix.length)
    : name
}
