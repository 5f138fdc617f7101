'use client'

import { useQuery } from '@tanstack/react-query'
import { wordsOf } from '@/lib/client/problem-error'
import { warRoomQuery } from '@/lib/client/queries'
import type { WarRoomDto } from '@/lib/wire/stream'
import { Empty, Failure, Panel, Skeleton } from '../ui/panel'
import { TrackKey } from './action-track'
import { isRemovalOf } from './is-removal-of'
import { NextStep } from './next-step'
import { PlayOffer } from './play-offer'
import { Workstream } from './workstream'

/** What is being done about it: the one offered step, then the running actions, newest first. */
export function WorkstreamsPanel() {
  const { data: room, error, refetch } = useQuery(warRoomQuery)
  return (
    <Panel id="workstreams" className="follows work" title="Workstreams" right={<TrackKey />}>
      {room ? (
        <Workstreams room={room} />
      ) : error ? (
        <Failure title="The actions could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
      ) : (
        <Skeleton lines={3} />
      )}
    </Panel>
  )
}

function Workstreams({ room }: { room: WarRoomDto }) {
  const shown = room.actions
    .filter(a => a.state !== 'planned' && a.state !== 'expired')
    .sort((a, b) => (b.confirmedAt ?? b.plannedAt).localeCompare(a.confirmedAt ?? a.plannedAt))
  const suspect = room.suspects.suspects[0]
  const isOffered = suspect !== undefined && !shown.some(a => isRemovalOf(a, suspect))
  return (
    <div className="workstreams">
      {room.incident && <PlayOffer />}
      {isOffered && <NextStep suspect={suspect} />}
      {shown.length > 0 ? (
        <ol>
          {shown.map(action => (
            <Workstream key={action.id} action={action} />
          ))}
        </ol>
      ) : (
        !isOffered && (
          <Empty title="Nothing is under way">
            No suspect stands out, so nothing is offered. Actions that run appear here with their progress.
          </Empty>
        )
      )}
    </div>
  )
}
