'use client'

import {
  type DehydratedState,
  HydrationBoundary,
  MutationCache,
  QueryCache,
  QueryClient,
  QueryClientProvider,
} from '@tanstack/react-query'
import { Tooltip } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { LiveStore } from '@/lib/client/live-store'
import { ProblemError } from '@/lib/client/problem-error'
import { sessionQuery } from '@/lib/client/queries'
import { LiveContext } from '@/lib/client/use-live'
import { useWarRoomStream } from '@/lib/client/use-war-room-stream'

/** Everything that the signed-in views share: the query cache, the one stream, the running clock. */
export function Providers({ state, children }: { state: DehydratedState | undefined; children: ReactNode }) {
  const [client] = useState(newClient)
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

/** A request that is refused for want of a session makes the page ask whether there still is one. */
function newClient(): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof ProblemError && error.status === 401)
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey })
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
  })
  return client
}

function Stream({ live }: { live: LiveStore }) {
  useWarRoomStream(live)
  return null
}
