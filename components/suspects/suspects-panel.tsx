'use client'

import { useQuery } from '@tanstack/react-query'
import { count, plural } from '@/lib/client/format-number'
import { wordsOf } from '@/lib/client/problem-error'
import { warRoomQuery } from '@/lib/client/queries'
import { useViewState } from '@/lib/client/search-params'
import type { SuspectsDto } from '@/lib/wire/suspects'
import { Empty, Failure, Panel, Skeleton } from '../ui/panel'
import { SuspectCard, SuspectRow } from './suspect-card'

export function SuspectsPanel() {
  const { data: room, error, refetch } = useQuery(warRoomQuery)
  return (
    <Panel
      id="suspects"
      className="follows suspects"
      title="Suspects"
      live
      meta={
        room &&
        `${plural(room.suspects.considered, 'change')} looked at, ${count(room.suspects.ruledOut)} ruled out`
      }
    >
      {room ? (
        <Suspects report={room.suspects} />
      ) : error ? (
        <Failure title="The ranking could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
      ) : (
        <Skeleton lines={4} />
      )}
    </Panel>
  )
}

/** The first (or the chosen) suspect in full, the rest as rows below it. Their order is their rank. */
function Suspects({ report }: { report: SuspectsDto }) {
  const [view, setView] = useViewState()
  const chosen = report.suspects.find(s => s.id === view.suspect) ?? report.suspects[0]
  if (!chosen) return <Empty title="Nothing stands out">{report.verdict}</Empty>
  const others = report.suspects.filter(s => s !== chosen).slice(0, 3)
  return (
    <>
      <SuspectCard suspect={chosen} />
      {others.length > 0 && (
        <ol className="others">
          {others.map(s => (
            <SuspectRow key={s.id} suspect={s} onOpen={() => setView({ suspect: s.id })} />
          ))}
        </ol>
      )}
    </>
  )
}
