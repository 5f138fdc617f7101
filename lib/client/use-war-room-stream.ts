import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { WarRoomDto } from '../wire/stream'
import { applyDelta, isNewer } from './apply-delta'
import { browserTime } from './browser-time'
import type { LiveStore } from './live-store'
import { sessionQuery, warRoomQuery } from './queries'
import { StreamConnection } from './stream-connection'

/** Keeps the war room of the query cache true from `/api/stream` for as long as the component is mounted. */
export function useWarRoomStream(live: LiveStore): void {
  const client = useQueryClient()
  useEffect(() => {
    const key = warRoomQuery.queryKey
    const connection = new StreamConnection(() => new EventSource('/api/stream'), browserTime, {
      onSnapshot(room: WarRoomDto) {
        client.cancelQueries({ queryKey: key })
        if (isNewer(client.getQueryData(key), room)) client.setQueryData(key, room)
        live.anchor(room.clock)
      },
      onDelta(delta) {
        const applied = applyDelta(client.getQueryData(key), delta)
        if (applied.kind === 'gap') return connection.restart()
        if (applied.kind === 'ignored') return
        client.setQueryData(key, applied.room)
        if (delta.clock) live.anchor(delta.clock)
      },
      onAlive: atMs => live.alive(atMs),
      onLost() {
        live.lost()
        // A stream ends with its session, too: whether it did is known at once rather than when the picture is stale.
        void client.invalidateQueries({ queryKey: sessionQuery.queryKey })
      },
    })
    const wake = () => {
      if (document.visibilityState === 'visible') connection.wake()
    }
    connection.start()
    document.addEventListener('visibilitychange', wake)
    window.addEventListener('online', wake)
    window.addEventListener('pageshow', wake)
    return () => {
      connection.stop()
      document.removeEventListener('visibilitychange', wake)
      window.removeEventListener('online', wake)
      window.removeEventListener('pageshow', wake)
    }
  }, [client, live])
}
