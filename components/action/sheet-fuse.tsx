'use client'

import { useQuery } from '@tanstack/react-query'
import { countdown } from '@/lib/client/format-time'
import { warRoomQuery } from '@/lib/client/queries'
import { useServerNow } from '@/lib/client/use-live'
import { Glyph } from '../ui/glyph'

/** The fuse inside the sheet, for pages and widths on which the sheet would cover the large one. */
export function SheetFuse() {
  const { data: room } = useQuery(warRoomQuery)
  const now = useServerNow()
  const next = room?.fuses.next
  if (!next || now === null) return null
  return (
    <p className="sheet-fuse">
      <Glyph name="burning" size={14} className="c-burning" />
      <span className="mute">{next.clusterName} dry in</span>
      <time>{countdown(Date.parse(next.dryAt) - now)}</time>
    </p>
  )
}
