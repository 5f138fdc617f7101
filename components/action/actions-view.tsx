'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { count } from '@/lib/client/format-number'
import { dateTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { wordsOf } from '@/lib/client/problem-error'
import { actionsQuery } from '@/lib/client/queries'
import type { ActionSummaryDto } from '@/lib/wire/actions'
import { Glyph } from '../ui/glyph'
import { Empty, Failure, Panel, Skeleton } from '../ui/panel'
import { ScrollRegion } from '../ui/scroll-region'
import { type Column, TableHead } from '../ui/table-head'
import { ActionTrack, TrackKey } from './action-track'
import { actionWords } from './action-words'
import { ApprovalsInbox } from './approvals-inbox'
import { PlanForm } from './plan-form'
import { PlaysSection } from './plays-section'
import { SealsSection } from './seals-section'
import './approvals.css'

const COLUMNS: readonly Column[] = [
  'Planned',
  'Action',
  'State',
  ['Landed', 'r'],
  'Progress',
  ['Verified', 'r'],
  ['Tries', 'r'],
  'By',
  'Reason',
]

/** Every action and plan that there is, newest first. */
export function ActionsView() {
  const { data, error, refetch } = useQuery(actionsQuery)
  return (
    <main className="one-panel with-inbox">
      <ApprovalsInbox />
      <SealsSection />
      <PlaysSection />
      <PlanForm />
      <Panel
        id="actions"
        title="Actions"
        meta={data && `${count(data.actions.length)} planned or sent`}
        right={<TrackKey />}
      >
        {data ? (
          data.actions.length === 0 ? (
            <Empty title="No action yet">
              Plans and what came of them appear here. The war room offers one for the first suspect.
            </Empty>
          ) : (
            <List actions={data.actions} />
          )
        ) : error ? (
          <Failure title="The actions could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
        ) : (
          <Skeleton lines={4} />
        )}
      </Panel>
    </main>
  )
}

function List({ actions }: { actions: readonly ActionSummaryDto[] }) {
  const zone = useZone()
  const sorted = [...actions].sort((a, b) => b.plannedAt.localeCompare(a.plannedAt))
  return (
    <ScrollRegion label="Actions, table">
      <table className="table">
        <TableHead columns={COLUMNS} />
        <tbody>
          {sorted.map(action => {
            const words = actionWords(action)
            return (
              <tr key={action.id} className="row-link">
                <td className="mono mute">{dateTime(Date.parse(action.plannedAt), zone)}</td>
                <th scope="row">
                  <Link href={`/actions/${encodeURIComponent(action.id)}`}>{action.title}</Link>
                </th>
                <td>
                  <span className={`state ${words.textClass}`}>
                    <Glyph name={words.glyph} />
                    {words.word}
                  </span>
                </td>
                <td className="r">
                  {count(action.progress.landed)}/{count(action.progress.clusters)}
                </td>
                <td className="track-cell">
                  <ActionTrack progress={action.progress} />
                </td>
                <td className="r">{count(action.progress.verified)}</td>
                <td className="r">{count(action.progress.attempts)}</td>
                <td className="dim">{action.by}</td>
                <td className="dim clip why">{action.approval?.reason ?? action.reason}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </ScrollRegion>
  )
}
