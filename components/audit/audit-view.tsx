'use client'

import { useQuery } from '@tanstack/react-query'
import { Fragment, useDeferredValue, useState } from 'react'
import { plural } from '@/lib/client/format-number'
import { dateTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { wordsOf } from '@/lib/client/problem-error'
import { auditParams, auditQuery, NO_AUDIT_FILTER } from '@/lib/client/queries'
import type { AuditEntryDto } from '@/lib/wire/audit'
import { Empty, Failure, Panel, Skeleton } from '../ui/panel'
import { ScrollRegion } from '../ui/scroll-region'
import { type Column, TableHead } from '../ui/table-head'
import { AuditFilterBar } from './audit-filter'
import { VerifyChain } from './verify-chain'

const COLUMNS: readonly Column[] = [['Entry', 'r'], 'Time', 'Who', 'Did', 'To', 'Detail', 'Hash']

/** Every write, newest first, each chained to the one before it. */
export function AuditView() {
  const [before, setBefore] = useState<number | null>(null)
  const [typed, setTyped] = useState(NO_AUDIT_FILTER)
  const filter = useDeferredValue(typed)
  const { data, error, refetch } = useQuery(auditQuery(before, filter))
  const params = auditParams(filter)
  const isFiltered = params.size > 0
  const narrow = (next: typeof typed) => {
    setTyped(next)
    setBefore(null)
  }
  const oldest = data?.entries.at(-1)?.seq
  return (
    <main className="one-panel">
      <Panel
        id="audit"
        title="Audit log"
        meta={data && plural(data.total, 'entry', 'entries')}
        right={
          <>
            {data && <VerifyChain audit={data} />}
            {(['jsonl', 'csv'] as const).map(format => (
              <a
                key={format}
                className="btn small"
                href={`/api/v1/audit/export?${new URLSearchParams([['format', format], ...params])}`}
                download
                title={
                  isFiltered
                    ? 'Only what was found: a part of the chain cannot be verified as a whole'
                    : 'Every entry, with the hashes of the chain'
                }
              >
                {format === 'csv' ? 'CSV' : 'JSON lines'}
              </a>
            ))}
          </>
        }
      >
        <AuditFilterBar filter={typed} onChange={narrow} />
        {data ? (
          data.entries.length === 0 ? (
            isFiltered || before !== null ? (
              <Empty title="No entry fits">{plural(data.total, 'entry', 'entries')} looked at.</Empty>
            ) : (
              <Empty title="Nothing is recorded yet">Every plan, confirmation and write appears here.</Empty>
            )
          ) : (
            <Entries entries={data.entries} />
          )
        ) : error ? (
          <Failure title="The audit log could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
        ) : (
          <Skeleton lines={6} />
        )}
        {data && (before !== null || (oldest ?? 1) > 1) && (
          <footer className="pager">
            {before !== null && (
              <button type="button" className="btn" onClick={() => setBefore(null)}>
                Newest
              </button>
            )}
            {oldest !== undefined && oldest > 1 && (
              <button type="button" className="btn" onClick={() => setBefore(oldest)}>
                Older
              </button>
            )}
          </footer>
        )}
      </Panel>
    </main>
  )
}

function Entries({ entries }: { entries: readonly AuditEntryDto[] }) {
  const zone = useZone()
  return (
    <ScrollRegion label="Audit entries">
      <table className="table audit">
        <TableHead columns={COLUMNS} />
        <tbody>
          {entries.map(entry => (
            <tr key={entry.seq}>
              <td className="r mono mute">{entry.seq}</td>
              <td className="mono">{dateTime(Date.parse(entry.at), zone)}</td>
              <td>{entry.actor}</td>
              <th scope="row" className="mono">
                {entry.verb}
              </th>
              <td className="mono dim">{entry.subject}</td>
              <td className="dim detail">
                <Detail detail={entry.detail} />
              </td>
              <td className="mono mute" title={entry.hash}>
                {entry.hash.slice(0, 12)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

function Detail({ detail }: { detail: Record<string, unknown> }) {
  return (
    <dl>
      {Object.entries(detail)
        .slice(0, 12)
        .map(([key, value]) => (
          <Fragment key={key}>
            <dt>{key}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </Fragment>
        ))}
    </dl>
  )
}
