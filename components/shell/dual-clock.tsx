'use client'

import { clockTime, longDate, type Zone, zoneName } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { useServerNow } from '@/lib/client/use-live'

/** The time of the fleet, in the chosen zone first and the other below: UTC is always one glance away. */
export function DualClock() {
  const now = useServerNow()
  const zone = useZone()
  if (now === null) return null
  const other: Zone = zone === 'utc' ? 'local' : 'utc'
  return (
    <div className="dual-clock" title={`${longDate(now, zone)}. U changes the zone of all times.`}>
      <time>{clockTime(now, zone)}</time>
      <small>{zoneName(now, zone)}</small>
      <time className="second">{clockTime(now, other)}</time>
      <small>{zoneName(now, other)}</small>
    </div>
  )
}
