'use client'

import { useQuery } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import { count } from '@/lib/client/format-number'
import { dateTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { wordsOf } from '@/lib/client/problem-error'
import { auditQuery } from '@/lib/client/queries'
import type { AuditDto, AuditEntryDto } from '@/lib/wire/audit'
import { Glyph } from '../ui/glyph'
import { Empty, Failure, Panel, Skeleton } from '../ui/panel'
import { ScrollRegion } from '../ui/scroll-region'
import { type Column, TableHead } from '../ui/table-head'

const COLUMNS: readonly Column[] = [['Entry', 'r'], 'Time', 'Who', 'Did', 'To', 'Detail', 'Hash']

/** Every write, newest first, each chained to the one before it. */
export function AuditView() {
  const [before, setBefore] = useState<number | null>(null)
  const { data, error, refetch } = useQuery(auditQuery(before))
  const oldest = data?.entries.at(-1)?.seq
  return (
    <main className="one-panel">
      <Panel
        id="audit"
        title="Audit log"
        meta={data && `${count(data.total)} entries`}
        right={
          <>
            {data && <Chain audit={data} />}
            <a className="btn small" href="/api/v1/audit?limit=1000" download="holdfast-audit.json">
              Export JSON
            </a>
          </>
        }
      >
        {data ? (
          data.entries.length === 0 ? (
            <Empty title="Nothing is recorded yet">Every plan, confirmation and write appears here.</Empty>
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

function Chain({ audit }: { audit: AuditDto }) {
  return audit.intact ? (
    <span className="state c-pass">
      <Glyph name="pass" />
      Chain intact
    </span>
  ) : (
    <span className="state c-block" role="alert">
      <Glyph name="block" />
      Chain broken{audit.brokenAt !== null && ` at entry ${audit.brokenAt}`}: run npm run audit:verify
    </span>
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
