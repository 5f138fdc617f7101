'use client'

import {
  type DehydratedState,
  HydrationBoundary,
  QueryClient,
  QueryClientProvider,
} from '@tanstack/react-query'
import { Tooltip } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { LiveStore } from '@/lib/client/live-store'
import { LiveContext } from '@/lib/client/use-live'
import { useWarRoomStream } from '@/lib/client/use-war-room-stream'

/** Everything that the signed-in views share: the query cache, the one stream, the running clock. */
export function Providers({ state, children }: { state: DehydratedState | undefined; children: ReactNode }) {
  const [client] = useState(() => new QueryClient())
  const [live] = useState(() => new LiveStore())
  return (
    <QueryClientProvider client={client}>
      <HydrationBoundary state={state}>
        <LiveContext.Provider value={live}>
          <Tooltip.Provider delayDuration={300}>
            <Stream live={live} />
            {children}
          </Tooltip.Provider>
        </LiveContext.Provider>
      </HydrationBoundary>
    </QueryClientProvider>
  )
}

function Stream({ live }: { live: LiveStore }) {
  useWarRoomStream(live)
  return null
}
