'use client'

import { useQuery } from '@tanstack/react-query'
import { Maximize2 } from 'lucide-react'
import Link from 'next/link'
import { percent, plural } from '@/lib/client/format-number'
import { clockTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { warRoomQuery } from '@/lib/client/queries'
import { useServerNow } from '@/lib/client/use-live'
import type { WarRoomDto } from '@/lib/wire/stream'
import { Glyph } from '../ui/glyph'
import { Empty, Panel, Skeleton } from '../ui/panel'
import { useSize } from '../ui/use-size'
import { ExpiryTable } from './expiry-table'
import { ExpiryTimeline } from './expiry-timeline'
import { readExpiry } from './read-expiry'

/** Names still resolvable over the burning clusters, thirty minutes back and thirty ahead. */
export function ExpiryPanel() {
  const { data: room } = useQuery(warRoomQuery)
  return (
    <Panel
      id="expiry"
      className="follows expiry"
      title="DNS caches running out"
      meta={room ? metaOf(room) : null}
      right={
        <>
          {room && <Verdict room={room} />}
          <Link className="btn small" href="/dns" aria-label="Open the DNS timeline">
            <Maximize2 size={12} aria-hidden="true" />
          </Link>
        </>
      }
    >
      {room ? <Plot room={room} /> : <Skeleton />}
    </Panel>
  )
}

function metaOf(room: WarRoomDto): string {
  const { burning } = room.fuses
  return burning > 0
    ? `names still resolvable, ${plural(burning, 'burning cluster')}`
    : 'names still resolvable'
}

function Verdict({ room }: { room: WarRoomDto }) {
  const now = useServerNow(5_000)
  const zone = useZone()
  const { curve, burning } = room.fuses
  if (now === null || burning === 0) return null
  const here = curve.findLast(p => Date.parse(p.at) <= now)
  const zero = curve.find(p => Date.parse(p.at) > now && p.p50 <= 0.005)
  if (!here) return null
  return (
    <span className="state c-burning">
      <Glyph name="burning" />
      <span>
        p50 now <span className="strong">{percent(here.p50)}</span>
        {zero && `, zero at ${clockTime(Date.parse(zero.at), zone, false)}`}
      </span>
    </span>
  )
}

function Plot({ room }: { room: WarRoomDto }) {
  const [ref, size] = useSize<HTMLDivElement>()
  const now = useServerNow(room.clock.speed > 1 ? 5_000 : 1_000) ?? Date.parse(room.clock.at)
  const expiry = readExpiry(room.fuses, room.suspects.suspects[0], now, room.actions)
  return (
    <div className="plot" ref={ref}>
      {room.fuses.curve.length === 0 ? (
        <Empty title="Nothing runs out">
          {plural(room.fuses.fresh, 'cluster')} renew their caches; no API server is lost.
        </Empty>
      ) : (
        size && (
          <div className="chart-box">
            <ExpiryTimeline expiry={expiry} width={size.width} height={size.height} />
          </div>
        )
      )}
      <ExpiryTable expiry={expiry} />
    </div>
  )
}
