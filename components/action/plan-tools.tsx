'use client'

import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { comparePlans, type Difference } from '@/lib/client/compare-plans'
import { clockTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { wordsOf } from '@/lib/client/problem-error'
import { actionQuery, actionsQuery } from '@/lib/client/queries'
import { useViewState } from '@/lib/client/search-params'
import type { ActionDto } from '@/lib/wire/actions'
import { Failure, Skeleton } from '../ui/panel'
import { ScrollRegion } from '../ui/scroll-region'
import { TableHead } from '../ui/table-head'
import { shortDigest } from './action-words'
import './plan-tools.css'

/** A plan as a file, and beside another one; which one stands in the address, so that a link shows the same. */
export function PlanTools({ action }: { action: ActionDto }) {
  const zone = useZone()
  const [view, setView] = useViewState()
  const { data } = useQuery(actionsQuery)
  const selectId = useId()
  const others = (data?.actions ?? []).filter(({ id }) => id !== action.id)
  const href = (format: string) => `/api/v1/actions/${encodeURIComponent(action.id)}/export?format=${format}`
  return (
    <section className="plan-tools" aria-label="Plan as a file, and beside another" data-testid="plan-tools">
      <div>
        <label htmlFor={selectId}>Compare with</label>
        <select
          id={selectId}
          className="field"
          value={view.compare ?? ''}
          onChange={event => setView({ compare: event.target.value || null })}
        >
          <option value="">no other plan</option>
          {others.map(other => (
            <option key={other.id} value={other.id}>
              {other.title}, {clockTime(Date.parse(other.plannedAt), zone)}, {shortDigest(other.digest)}
            </option>
          ))}
          {view.compare !== null && !others.some(({ id }) => id === view.compare) && (
            <option value={view.compare}>the plan of this link</option>
          )}
        </select>
        <span className="end">
          <a className="btn" href={href('json')} download>
            Export JSON
          </a>
          <a className="btn" href={href('markdown')} download>
            Export Markdown
          </a>
        </span>
      </div>
      {view.compare !== null && view.compare !== action.id && (
        <Comparison key={view.compare} action={action} otherId={view.compare} />
      )}
    </section>
  )
}

function Comparison({ action, otherId }: { action: ActionDto; otherId: string }) {
  const { data: other, error, refetch } = useQuery(actionQuery(otherId))
  if (!other) {
    return error ? (
      <Failure title="The other plan could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
    ) : (
      <Skeleton lines={3} />
    )
  }
  const { asked, targets, guards } = comparePlans(other, action)
  if (asked.length + targets.length + guards.length === 0)
    return <p role="status">Both plans say the same: targets, waves, steps and guards.</p>
  const names = [shortDigest(other.digest), shortDigest(action.digest)] as const
  return (
    <ScrollRegion label="Differences between the plans">
      <table className="table">
        <TableHead columns={['What', `Plan ${names[0]}`, `This plan ${names[1]}`]} />
        <Group title="Asked for" rows={asked} />
        <Group title="Clusters" rows={targets} />
        <Group title="Guards" rows={guards} />
      </table>
    </ScrollRegion>
  )
}

function Group({ title, rows }: { title: string; rows: readonly Difference[] }) {
  if (rows.length === 0) return null
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={3}>
          {title}
        </th>
      </tr>
      {rows.map(({ name, before, after }) => (
        <tr key={name}>
          <th scope="row" className="mono">
            {name}
          </th>
          <td className="dim">{before}</td>
          <td>{after}</td>
        </tr>
      ))}
    </tbody>
  )
}
