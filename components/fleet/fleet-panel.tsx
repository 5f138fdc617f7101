'use client'

import { useQuery } from '@tanstack/react-query'
import { count, plural } from '@/lib/client/format-number'
import { wordsOf } from '@/lib/client/problem-error'
import { warRoomQuery } from '@/lib/client/queries'
import { useViewState } from '@/lib/client/search-params'
import type { WarRoomDto } from '@/lib/wire/stream'
import { Empty, Failure, Panel, Skeleton } from '../ui/panel'
import { FleetMap } from './fleet-map'
import { FleetTable } from './fleet-table'
import { StateCounts } from './state-counts'

export function FleetPanel() {
  const { data: room, error, refetch } = useQuery(warRoomQuery)
  const [view, setView] = useViewState()
  return (
    <Panel
      id="fleet"
      className="follows fleet"
      title="Fleet"
      live
      meta={room && `${plural(room.fleet.clusters.length, 'cluster')} · ${count(nodesOf(room))} nodes`}
      right={
        <>
          <fieldset className="seg">
            <legend className="sr">Group by</legend>
            {(['region', 'product'] as const).map(group => (
              <button
                key={group}
                type="button"
                aria-pressed={view.group === group}
                onClick={() => setView({ group })}
              >
                {group === 'region' ? 'Region' : 'Product'}
              </button>
            ))}
          </fieldset>
          <fieldset className="seg">
            <legend className="sr">Show as</legend>
            {(['map', 'table'] as const).map(as => (
              <button
                key={as}
                type="button"
                aria-pressed={view.view === as}
                onClick={() => setView({ view: as })}
              >
                {as === 'map' ? 'Map' : 'Table'}
              </button>
            ))}
          </fieldset>
        </>
      }
    >
      {room ? (
        <Fleet room={room} asTable={view.view === 'table'} />
      ) : error ? (
        <Failure title="The fleet could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
      ) : (
        <Skeleton lines={4} />
      )}
    </Panel>
  )
}

function nodesOf(room: WarRoomDto): number {
  return room.fleet.clusters.reduce((sum, c) => sum + (c.nodes ?? 0), 0)
}

function Fleet({ room, asTable }: { room: WarRoomDto; asTable: boolean }) {
  const { fleet, fuses } = room
  if (fleet.clusters.length === 0) {
    return (
      <Empty title="No cluster is known">
        No kubeconfig and no holdfast.yaml named one. Start with --kubeconfig PATH, or without it for the
        simulated fleet.
      </Empty>
    )
  }
  return (
    <>
      <StateCounts clusters={fleet.clusters} />
      {asTable ? (
        <FleetTable clusters={fleet.clusters} />
      ) : (
        <FleetMap fleet={fleet} firstDryId={fuses.next?.clusterId ?? null} />
      )}
      <p className="fleet-key">
        Fuse bar
        <span>
          <i className="bar fresh" />
          Fresh <b>{count(fuses.fresh)}</b>
        </span>
        <span>
          <i className="bar">
            <i />
          </i>
          Burning <b>{count(fuses.burning)}</b>
        </span>
        <span>
          <i className="bar dry" />
          Dry <b>{count(fuses.dry)}</b>
        </span>
        <span className="end">Area = nodes</span>
      </p>
    </>
  )
}
