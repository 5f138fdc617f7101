import { memo } from 'react'
import { count } from '@/lib/client/format-number'
import { countStates } from '@/lib/client/severity'
import type { FleetClusterDto } from '@/lib/wire/fleet'
import { Glyph } from '../ui/glyph'
import { STATE_LOOK, STATE_ORDER } from '../ui/state-look'
import { StateChip } from '../ui/state-marks'

/** How many clusters are in each state; at the same time the key of the map. */
export const StateCounts = memo(function StateCounts({ clusters }: { clusters: readonly FleetClusterDto[] }) {
  const counts = countStates(clusters)
  return (
    <ul className="counts">
      {STATE_ORDER.map(state => {
        const look = STATE_LOOK[state]
        const n = counts[state]
        return (
          <li
            key={state}
            className={n === 0 ? 'zero' : state === 'Healthy' ? 'calm' : ''}
            title={look.meaning}
          >
            <StateChip state={state} size={13} />
            <b>{count(n)}</b>
            <span>
              <Glyph name={look.glyph} size={11} className={look.textClass} />
              {look.word}
            </span>
          </li>
        )
      })}
    </ul>
  )
})
