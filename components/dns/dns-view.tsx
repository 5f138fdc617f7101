'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { percent, plural } from '@/lib/client/format-number'
import { clockTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { wordsOf } from '@/lib/client/problem-error'
import { fusesQuery, type Scope, warRoomQuery } from '@/lib/client/queries'
import { useTimelineState } from '@/lib/client/timeline-state'
import { useServerNow } from '@/lib/client/use-live'
import type { FusesDto, MeasuredPointDto } from '@/lib/wire/fuses'
import type { WarRoomDto } from '@/lib/wire/stream'
import { CopyButton } from '../ui/copy-button'
import { Empty, Failure, Panel, Skeleton } from '../ui/panel'
import { useSize } from '../ui/use-size'
import { DnsSources } from './dns-sources'
import { curveCsv, fusesCsv, measuredCsv } from './expiry-csv'
import { ExpiryTable } from './expiry-table'
import { ExpiryTimeline } from './expiry-timeline'
import { FuseTable } from './fuse-table'
import { MeasuredTable } from './measured-table'
import { Outlook } from './outlook'
import { type Expiry, readExpiry, type TimeWindow } from './read-expiry'
import { ScopeSelect } from './scope-select'
import { formatWindow, parseWindow } from './time-window'
import { ZoomButtons } from './zoom-buttons'
import { ZoomSurface } from './zoom-surface'

/** Names still resolvable, as a page: of the fleet or a part of it, nearer or as a whole, as a chart or in figures. */
export function DnsView() {
  const { data: room, error, refetch } = useQuery(warRoomQuery)
  const [state, change] = useTimelineState()
  const { scope } = state
  const part = useQuery({
    ...fusesQuery(scope ?? { kind: 'cluster', id: '' }),
    enabled: scope !== null,
    placeholderData: keepPreviousData,
  })
  const fuses = scope ? part.data : room?.fuses
  const failed = room ? part.error : error
  return (
    <main className="one-panel">
      <Panel
        id="dns-timeline"
        className="follows dns-timeline"
        title="DNS caches running out"
        meta="names still resolvable"
        live
        right={
          room && <ScopeSelect room={room} scope={scope} onScope={next => change(() => ({ scope: next }))} />
        }
      >
        {room && fuses ? (
          <Timeline
            room={room}
            scope={scope}
            fuses={fuses}
            window={parseWindow(state.window)}
            as={state.as}
            onWindow={next => change(({ window }) => ({ window: formatWindow(next(parseWindow(window))) }))}
            onAs={as => change(() => ({ as }))}
          />
        ) : failed ? (
          <Failure
            title="The caches could not be read"
            {...wordsOf(failed)}
            onRetry={() => (room ? part.refetch() : refetch())}
          />
        ) : (
          <Skeleton lines={6} />
        )}
      </Panel>
    </main>
  )
}

interface TimelineProps {
  room: WarRoomDto
  scope: Scope | null
  fuses: FusesDto
  window: TimeWindow
  as: 'chart' | 'table'
  onWindow: (change: (window: TimeWindow) => TimeWindow) => void
  onAs: (as: 'chart' | 'table') => void
}

function Timeline({ room, scope, fuses, window, as, onWindow, onAs }: TimelineProps) {
  const now = useServerNow(room.clock.speed > 1 ? 5_000 : 1_000) ?? Date.parse(room.clock.at)
  const expiry = readExpiry(fuses, room.suspects.suspects[0], now, room.actions)
  const forecast = fuses.outlook?.forecast ?? null
  const isKnown = fuses.curve.length > 0 || forecast !== null
  return (
    <>
      <div className="dns-tools">
        <fieldset className="seg" aria-label="Show as">
          {(['chart', 'table'] as const).map(kind => (
            <button key={kind} type="button" aria-pressed={as === kind} onClick={() => onAs(kind)}>
              {kind === 'chart' ? 'Chart' : 'Table'}
            </button>
          ))}
        </fieldset>
        {as === 'chart' && <ZoomButtons window={window} onWindow={onWindow} />}
        <DnsSources scope={scope} />
        <span className="end">
          <CopyButton text={curveCsv(fuses)} label="Copy the curve as CSV" />
          <Download text={curveCsv(fuses)} name="holdfast-dns-curve.csv" word="Curve CSV" />
          <Download text={fusesCsv(fuses)} name="holdfast-dns-clusters.csv" word="Clusters CSV" />
          {forecast && (
            <Download text={measuredCsv(forecast)} name="holdfast-dns-measured.csv" word="Measured CSV" />
          )}
        </span>
      </div>
      {!isKnown ? (
        <Empty title="Nothing runs out">
          {plural(fuses.fresh, 'cluster')} renew their caches; no API server is lost.
        </Empty>
      ) : as === 'table' ? (
        <>
          {fuses.outlook && <Outlook outlook={fuses.outlook} />}
          {fuses.clusters.length > 0 && <FuseTable clusters={fuses.clusters} nowMs={now} />}
          {forecast && <MeasuredTable forecast={forecast} />}
        </>
      ) : (
        <Chart expiry={expiry} fuses={fuses} window={window} onWindow={onWindow} />
      )}
      {fuses.outlook && (as === 'chart' || !isKnown) && <Outlook outlook={fuses.outlook} />}
    </>
  )
}

function Chart({
  expiry,
  fuses,
  window,
  onWindow,
}: { expiry: Expiry } & Pick<TimelineProps, 'fuses' | 'window' | 'onWindow'>) {
  const [ref, size] = useSize<HTMLDivElement>()
  const [hover, setHover] = useState<number | null>(null)
  const zone = useZone()
  const point = hover === null ? undefined : nearest(expiry, hover)
  const seen = hover === null ? undefined : seenAt(fuses, expiry.nowMs + hover * 1_000)
  return (
    <>
      <p className="reading" aria-live="off">
        {point ? (
          <>
            <b className="mono">{clockTime(expiry.nowMs + point.t * 1_000, zone)}</b> p50{' '}
            {percent(point.past ?? point.ahead ?? 0)}, {percent(point.band[0])} to {percent(point.band[1])};{' '}
            {plural(expiry.dry.filter(({ t }) => t <= point.t).length, 'cluster')} dry by then
            {seen && `; measured ${percent(seen.share)}, ${percent(seen.low)} to ${percent(seen.high)}`}
          </>
        ) : (
          <span className="mute">
            {plural(fuses.burning, 'cluster')} burning, {fuses.dry} dry.{' '}
            <span className="drag-hint">Drag over the chart to look nearer.</span>
          </span>
        )}
      </p>
      <div className="plot" ref={ref}>
        {size && (
          <ZoomSurface
            window={window}
            width={size.width}
            height={size.height}
            onWindow={onWindow}
            onHover={setHover}
            label="Names still resolvable. Plus and minus zoom, arrows move, 0 shows all."
          >
            <div className="chart-box">
              <ExpiryTimeline
                expiry={expiry}
                forecast={fuses.outlook?.forecast}
                window={window}
                width={size.width}
                height={size.height}
              />
            </div>
          </ZoomSurface>
        )}
        <ExpiryTable expiry={expiry} />
      </div>
    </>
  )
}

function nearest({ points }: Expiry, t: number) {
  return points.reduce(
    (best, point) => (!best || Math.abs(point.t - t) < Math.abs(best.t - t) ? point : best),
    points[0],
  )
}

/** A pointer this near to a look at the names reads it. */
const SAME_INSTANT_MS = 30_000

function seenAt({ outlook }: FusesDto, at: number) {
  const away = (point: MeasuredPointDto) => Math.abs(Date.parse(point.at) - at)
  return outlook?.forecast?.measured
    .filter(point => point.of === 'names' && away(point) <= SAME_INSTANT_MS)
    .sort((a, b) => away(a) - away(b))[0]
}

function Download({ text, name, word }: { text: string; name: string; word: string }) {
  return (
    <a className="btn small" download={name} href={`data:text/csv;charset=utf-8,${encodeURIComponent(text)}`}>
      {word}
    </a>
  )
}
