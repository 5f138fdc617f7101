'use client'

import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { plural } from '@/lib/client/format-number'
import { wordsOf } from '@/lib/client/problem-error'
import { warRoomQuery } from '@/lib/client/queries'
import { Empty, Failure, Panel, Skeleton } from '../ui/panel'
import { FleetTable } from './fleet-table'
import { StateCounts } from './state-counts'

/** The fleet as a page: every cluster as a row, searched by name, region, product or version. */
export function FleetView() {
  const { data: room, error, refetch } = useQuery(warRoomQuery)
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text.trim().toLowerCase())
  const clusters = room?.fleet.clusters ?? []
  const shown = wanted
    ? clusters.filter(c =>
        [c.name, c.region, c.environment, c.version ?? '', c.controlPlane.state, ...c.products]
          .join(' ')
          .toLowerCase()
          .includes(wanted),
      )
    : clusters
  return (
    <main className="one-panel">
      <Panel
        id="clusters"
        className="follows"
        title="Fleet"
        live
        meta={room && plural(shown.length, 'cluster')}
        right={
          <input
            className="field search"
            type="search"
            aria-label="Search the fleet"
            placeholder="Name, region, product, state"
            value={text}
            onChange={event => setText(event.target.value)}
          />
        }
      >
        {room ? (
          <>
            <StateCounts clusters={clusters} />
            {shown.length > 0 ? (
              <FleetTable clusters={shown} />
            ) : (
              <Empty title="No cluster fits">{plural(clusters.length, 'cluster')} looked at.</Empty>
            )}
          </>
        ) : error ? (
          <Failure title="The fleet could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
        ) : (
          <Skeleton lines={6} />
        )}
      </Panel>
    </main>
  )
}
