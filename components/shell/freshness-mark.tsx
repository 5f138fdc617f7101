'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useEffect } from 'react'
import { countdown } from '@/lib/client/format-time'
import { sessionQuery } from '@/lib/client/queries'
import { signInAgain } from '@/lib/client/safe-next'
import { useFreshness } from '@/lib/client/use-live'

/** "Live 1.2 s", or "Stale 00:12" with a hollow dot. A session that ended says so, since no stream can come back. */
export function FreshnessMark() {
  const freshness = useFreshness()
  const session = useQuery(sessionQuery)
  const pathname = usePathname()
  const isStale = freshness.kind === 'stale'
  const { refetch } = session
  useEffect(() => {
    if (isStale) void refetch()
  }, [isStale, refetch])
  if (session.data === null) {
    return (
      <Link className="live signed-out" href={signInAgain(pathname)}>
        Signed out: sign in again
      </Link>
    )
  }
  if (freshness.kind === 'connecting') {
    return (
      <span className="live hollow">
        <i />
        Connecting
      </span>
    )
  }
  return isStale ? (
    <span className="live hollow">
      <i />
      Stale <span className="age">{countdown(freshness.ageMs)}</span>
    </span>
  ) : (
    <span className="live">
      <i />
      Live <span className="age mute">{(freshness.ageMs / 1_000).toFixed(1)}&nbsp;s</span>
    </span>
  )
}
