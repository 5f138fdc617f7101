'use client'

import { useQuery } from '@tanstack/react-query'
import { allSessionsQuery, ownSessionsQuery, useAccessWrite } from '@/lib/client/access-queries'
import { wordsOf } from '@/lib/client/problem-error'
import type { SessionsDto } from '@/lib/wire/access'
import { Failure, Skeleton } from '../ui/panel'
import { ScrollRegion } from '../ui/scroll-region'
import { TableHead } from '../ui/table-head'
import { Refusal, SureButton, When } from './settings-parts'

const COLUMNS = ['Who', 'Role', 'By', 'From', 'Browser', 'Since', 'Until', ''] as const

export function OwnSessions() {
  return <Sessions answer={useQuery(ownSessionsQuery)} />
}

export function AllSessions() {
  return <Sessions answer={useQuery(allSessionsQuery)} />
}

interface Answer {
  data?: SessionsDto | undefined
  error: unknown
}

function Sessions({ answer: { data, error } }: { answer: Answer }) {
  const write = useAccessWrite()
  if (!data) return error ? <Failure title="Sessions could not be read" {...wordsOf(error)} /> : <Skeleton />
  const end = (id: string) => write.mutate({ path: `sessions/${encodeURIComponent(id)}`, method: 'DELETE' })
  return (
    <>
      <Refusal error={write.error} />
      <ScrollRegion label="Sessions">
        <table className="table">
          <TableHead columns={COLUMNS.map(one => one || 'End')} />
          <tbody>
            {data.sessions.map(one => (
              <tr key={one.id}>
                <th scope="row">{one.name}</th>
                <td>{one.role}</td>
                <td>{one.method}</td>
                <td className="mono">{one.address || 'unknown'}</td>
                <td className="agent" title={one.agent}>
                  {one.agent || 'unknown'}
                </td>
                <td>
                  <When at={one.createdAt} />
                </td>
                <td>
                  <When at={one.expiresAt} />
                </td>
                <td>
                  {one.isThis ? (
                    'this one'
                  ) : (
                    <SureButton label="End" about={`session of ${one.name}`} onSure={() => end(one.id)} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  )
}
