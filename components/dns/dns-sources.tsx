'use client'

import { useQuery } from '@tanstack/react-query'
import { Popover } from 'radix-ui'
import { plural } from '@/lib/client/format-number'
import { span } from '@/lib/client/format-time'
import { wordsOf } from '@/lib/client/problem-error'
import { dnsSourcesQuery, type Scope } from '@/lib/client/queries'
import { useServerNow } from '@/lib/client/use-live'
import type { DnsSourceDto } from '@/lib/wire/dns-sources'
import { Glyph, type GlyphName } from '../ui/glyph'
import { type SourceRow, sourceRows, summariseSources } from './describe-sources'

const MOST_ROWS = 60

const ORIGIN: Record<DnsSourceDto['origin'], string> = {
  probe: 'Asked from here',
  agent: 'Told by the agent in the cluster',
  metrics: 'Metrics',
}

const STATE: Record<DnsSourceDto['state'], { glyph: GlyphName; textClass: string; word: string }> = {
  answering: { glyph: 'pass', textClass: 'c-pass', word: 'answers' },
  failing: { glyph: 'burning', textClass: 'c-burning', word: 'sees DNS fail' },
  unreachable: { glyph: 'unknown', textClass: 'c-unknown', word: 'never heard anything' },
  silent: { glyph: 'unknown', textClass: 'c-unknown', word: 'silent' },
  waiting: { glyph: 'unknown', textClass: 'c-unknown', word: 'not asked yet' },
}

/** Where the DNS of a cluster, or of a part of the fleet, is known from: in a few words, and in full when opened. */
export function DnsSources({ scope }: { scope: Scope | null }) {
  const { data, error } = useQuery(dnsSourcesQuery(scope))
  const now = useServerNow(1_000)
  if (error && !data) return <span className="mute">{wordsOf(error).text}</span>
  if (!data || now === null) return null
  const rows = sourceRows(data.clusters)
  // Its name holds its words, so that who speaks to a page can say what they see.
  const summary = summariseSources(data.clusters, now)
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button
          type="button"
          className="plain clip sources-word"
          aria-label={`${summary}: where this is known from`}
        >
          {summary}
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu sources" align="end" sideOffset={6} collisionPadding={8}>
          {rows.length === 0 ? (
            <p>
              Nobody tells of DNS here: no resolvers, no metrics and no agent are configured. What is shown is
              computed from configuration alone.
            </p>
          ) : (
            <SourceTable rows={rows} now={now} isOne={data.clusters.length === 1} />
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function SourceTable({ rows, now, isOne }: { rows: SourceRow[]; now: number; isOne: boolean }) {
  const more = rows.length - MOST_ROWS
  return (
    <table>
      <caption>Where this is known from</caption>
      <thead className="sr">
        <tr>
          <th scope="col">Source</th>
          <th scope="col">Age</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, MOST_ROWS).map(row => {
          const { glyph, textClass, word } = STATE[row.state]
          return (
            <tr key={row.key}>
              <th scope="row">
                <Glyph name={glyph} size={12} className={textClass} />
                {isOne ? '' : `${row.clusterName}: `}
                {ORIGIN[row.origin]}, {row.name}
                <span className="sr">, {word}</span>
                <span className="said">{row.text}</span>
                {row.findings.map(finding => (
                  <span key={finding} className="said c-strained">
                    {finding}
                  </span>
                ))}
              </th>
              <td className="age">{row.at === null ? word : `${span(now - Date.parse(row.at))} ago`}</td>
            </tr>
          )
        })}
      </tbody>
      {more > 0 && (
        <tfoot>
          <tr>
            <td colSpan={2}>and {plural(more, 'source')} more</td>
          </tr>
        </tfoot>
      )}
    </table>
  )
}
