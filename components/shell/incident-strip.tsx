'use client'

import { useQuery } from '@tanstack/react-query'
import { Snowflake } from 'lucide-react'
import { clockTime, countdown } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { warRoomQuery } from '@/lib/client/queries'
import { useServerNow } from '@/lib/client/use-live'
import type { WarRoomDto } from '@/lib/wire/stream'
import { Tip } from '../ui/tip'
import { AccountMenu } from './account-menu'
import { CommandButton } from './command-palette'
import { DualClock } from './dual-clock'
import { FreshnessMark } from './freshness-mark'
import { openPalette } from './palette-state'
import { SimControl } from './sim-control'

/** The line above every signed-in view: what happens, since when, how old the picture is, what time it is. */
export function IncidentStrip() {
  const { data: room } = useQuery(warRoomQuery)
  return (
    <header className="strip">
      <div className="what">
        <Headline room={room} />
      </div>
      {room?.incident && <Elapsed incident={room.incident} />}
      <span className="push" />
      {room?.simulation && <SimControl simulation={room.simulation} />}
      <FreshnessMark />
      <DualClock />
      <FreezeButton isFrozen={(room?.frozen ?? null) !== null} />
      <CommandButton />
      <span className="narrow-only">
        <AccountMenu />
      </span>
    </header>
  )
}

function FreezeButton({ isFrozen }: { isFrozen: boolean }) {
  const does = isFrozen ? 'Thaw actions' : 'Freeze all actions'
  return (
    <Tip text={`${does} · F`}>
      <button
        type="button"
        className={`icon-button freeze-switch ${isFrozen ? 'frozen' : ''}`}
        aria-label={does}
        onClick={() => openPalette({ ask: 'freeze' })}
      >
        <Snowflake size={16} strokeWidth={1.6} aria-hidden="true" />
      </button>
    </Tip>
  )
}

function Headline({ room }: { room: WarRoomDto | undefined }) {
  if (!room) return <h1 className="clip mute">Holdfast</h1>
  if (!room.incident) {
    return (
      <>
        <span className="sev calm">Calm</span>
        <h1 className="clip">No open incident</h1>
      </>
    )
  }
  const { severity, title } = room.incident
  return (
    <>
      <span className={`sev ${severity.toLowerCase()}`}>{severity.replace(/(\d)/, ' $1')}</span>
      <h1 className="clip" title={title}>
        {title}
      </h1>
    </>
  )
}

function Elapsed({ incident }: { incident: NonNullable<WarRoomDto['incident']> }) {
  const now = useServerNow()
  const zone = useZone()
  if (now === null) return null
  const sinceMs = Date.parse(incident.since)
  return (
    <span className="elapsed" title={`Since ${clockTime(sinceMs, zone)}`}>
      {countdown(now - sinceMs)}{' '}
      <small>{incident.declaredBy ? `declared by ${incident.declaredBy}` : 'since first distress'}</small>
    </span>
  )
}
