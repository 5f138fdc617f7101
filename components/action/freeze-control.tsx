'use client'

import { useQuery } from '@tanstack/react-query'
import { wordsOf } from '@/lib/client/problem-error'
import { sessionQuery, warRoomQuery } from '@/lib/client/queries'
import { useFreeze } from '@/lib/client/writes'
import { HoldButton } from '../ui/hold-button'

/** Stops all arming at once. It works on a stale picture too: stopping is always safe. */
export function FreezeControl() {
  const { data: room } = useQuery(warRoomQuery)
  const { data: session } = useQuery(sessionQuery)
  const freeze = useFreeze('freeze')
  const thaw = useFreeze('thaw')
  const isFrozen = (room?.frozen ?? null) !== null
  const turn = isFrozen ? thaw : freeze
  const commands = session?.role === 'commander' || session?.role === 'administrator'
  return (
    <span className="freeze">
      {turn.error && (
        <span className="c-block" role="alert">
          {wordsOf(turn.error).text}
        </span>
      )}
      <HoldButton
        label={isFrozen ? 'Hold to thaw' : 'Hold to freeze all'}
        locked={commands ? null : isFrozen ? 'Frozen' : 'Commanders can freeze'}
        busy={turn.isPending}
        onHeld={() => turn.mutate()}
      />
    </span>
  )
}
