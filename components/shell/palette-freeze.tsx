'use client'

import { useQuery } from '@tanstack/react-query'
import { clockTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { warRoomQuery } from '@/lib/client/queries'
import { FreezeControl } from '../action/freeze-control'

/** The one switch that stops all arming, held rather than clicked, from any screen. */
export function PaletteFreeze() {
  const { data: room } = useQuery(warRoomQuery)
  const zone = useZone()
  const frozen = room?.frozen ?? null
  return (
    <section className="palette-freeze" aria-label="Freeze">
      <h2>{frozen ? 'Actions are frozen' : 'Freeze all actions'}</h2>
      <p>
        {frozen
          ? `${frozen.by} froze them at ${clockTime(Date.parse(frozen.at), zone)}. Thawed, plans can be confirmed again; what was stopped stays stopped.`
          : 'Nothing is confirmed, approved or undone any more, and what is under way drains, until a commander thaws it.'}
      </p>
      <FreezeControl />
    </section>
  )
}
