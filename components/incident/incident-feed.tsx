'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { clockTime, zoneName } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { wordsOf } from '@/lib/client/problem-error'
import { warRoomQuery } from '@/lib/client/queries'
import { useServerNow } from '@/lib/client/use-live'
import type { TimelineEntryDto } from '@/lib/wire/timeline'
import type { GlyphName } from '../ui/glyph'
import { Glyph } from '../ui/glyph'
import { Empty, Failure, Panel, Skeleton } from '../ui/panel'
import { AddNote } from './add-note'

/** What happened, newest first; said politely to those who hear the page. */
export function IncidentFeed() {
  const { data: room, error, refetch } = useQuery(warRoomQuery)
  const zone = useZone()
  const now = useServerNow(60_000)
  return (
    <Panel
      id="feed"
      className="follows feed"
      title="Timeline"
      meta={now !== null && `all times ${zoneName(now, zone)}`}
      right={<AddNote />}
    >
      {room ? (
        room.timeline.length === 0 ? (
          <Empty title="Nothing has happened yet">
            State changes, suspects, actions and notes appear here.
          </Empty>
        ) : (
          <Entries entries={room.timeline} />
        )
      ) : error ? (
        <Failure title="The timeline could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
      ) : (
        <Skeleton lines={4} />
      )}
    </Panel>
  )
}

/** Entries of a timeline; used by the cluster page as well. */
export function Entries({ entries }: { entries: readonly TimelineEntryDto[] }) {
  const zone = useZone()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without a tab stop, keyboards cannot scroll it
    <div className="entries" role="log" aria-live="polite" aria-label="Events, newest first" tabIndex={0}>
      <ol>
        {entries.map(entry => (
          <li key={entry.id} className={entry.severity}>
            <time dateTime={entry.at}>{clockTime(Date.parse(entry.at), zone)}</time>
            <Glyph name={glyphOf(entry)} className={entry.severity === 'critical' ? 'c-block' : 'mute'} />
            <span className="t" title={entry.text}>
              <EntryText entry={entry} />
            </span>
            <span className="by">{entry.by}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}

function EntryText({ entry }: { entry: TimelineEntryDto }) {
  const to = entry.actionId
    ? `/actions/${encodeURIComponent(entry.actionId)}`
    : entry.clusterId
      ? `/clusters/${encodeURIComponent(entry.clusterId)}`
      : null
  return to ? <Link href={to}>{entry.text}</Link> : entry.text
}

function glyphOf(entry: TimelineEntryDto): GlyphName {
  switch (entry.kind) {
    case 'state':
      return entry.severity === 'critical'
        ? 'overloaded'
        : entry.severity === 'warn'
          ? 'strained'
          : 'recovering'
    case 'fuse':
      return 'burning'
    case 'suspect':
      return 'overloaded'
    case 'action':
      return 'armed'
    case 'note':
      return 'note'
    case 'change':
      return 'change'
    case 'system':
      return 'info'
  }
}
