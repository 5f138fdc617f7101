'use client'

import { millis } from '@/lib/client/format-number'
import { clockTime, span } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { useServerNow } from '@/lib/client/use-live'
import type { LaneDto, LaneProofDto } from '@/lib/wire/cluster-detail'
import { Glyph, type GlyphName } from '../ui/glyph'
import { Empty } from '../ui/panel'

const LOOK: Record<
  LaneDto['state'],
  { word: string; glyph: GlyphName; rung: 'open' | 'shut' | 'none' | '' }
> = {
  open: { word: 'Open', glyph: 'pass', rung: 'open' },
  slow: { word: 'Open, slow', glyph: 'pass', rung: 'open' },
  refused: { word: 'Refused', glyph: 'block', rung: 'shut' },
  'timed-out': { word: 'Timed out', glyph: 'dark', rung: 'shut' },
  'not-admitted': { word: 'Not admitted', glyph: 'locked', rung: 'shut' },
  unproven: { word: 'Not proven', glyph: 'unknown', rung: 'none' },
}

/** Every way into the cluster, safest first, each with the age of its last proof. */
export function LaneLadder({ lanes }: { lanes: readonly LaneDto[] }) {
  const zone = useZone()
  if (lanes.length === 0) return <Empty title="No way in is known">The cluster has no address.</Empty>
  return (
    <ol className="ladder">
      {lanes.map(lane => {
        const look = LOOK[lane.state]
        return (
          <li key={lane.id} className={look.rung === 'none' ? 'off' : ''}>
            <span className={`rung ${look.rung}`}>
              <Glyph name={look.glyph} size={11} />
            </span>
            <h3 title={lane.title}>{headOf(lane)}</h3>
            <span className={look.rung === 'shut' ? 'word c-locked' : 'word'}>{look.word}</span>
            <p className="detail" title={lane.detail}>
              {lane.detail}
            </p>
            <span className="lat">
              {lane.latencyMs !== null && `${millis(lane.latencyMs)} · `}
              {lane.at ? clockTime(Date.parse(lane.at), zone) : 'never tried'}
            </span>
            <p className="context">
              context <span className="mono">{lane.context}</span>
            </p>
            <Proof proof={lane.proof} />
          </li>
        )
      })}
    </ol>
  )
}

/** A read and dry-run writes, each with its age; the reason where they prove nothing. */
function Proof({ proof: { proven, why, read, write } }: { proof: LaneProofDto }) {
  // By the minute: ages of hours need no redraw a second.
  const now = useServerNow(60_000)
  const age = (part: LaneProofDto['read']) =>
    part && now !== null ? ` ${span(Math.max(0, now - Date.parse(part.at)))} ago` : ''
  return (
    <p className={`proof ${proven ? '' : 'c-warn'}`} title={write?.detail}>
      <Glyph name={proven ? 'pass' : 'warn'} size={11} />
      {proven ? `Read proven${age(read)}, dry-run write${age(write)}` : `Unproven${age(write)}: ${why}`}
    </p>
  )
}

/** What kind of way it is; which one of several is told by its context, or by the server that it leads to. */
function headOf({ kind, address }: LaneDto): string {
  if (kind === 'ordinary') return 'Ordinary identity'
  if (kind === 'exempt') return 'Break-glass identity'
  return `Straight to ${URL.canParse(address) ? new URL(address).host : address}`
}
