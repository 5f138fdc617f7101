'use client'

import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { fuseMarkPassed } from '@/lib/client/fuse-marks'
import { warRoomQuery } from '@/lib/client/queries'
import { useServerNow } from '@/lib/client/use-live'

/** Says what cannot wait to those who hear the page: a new Dark, the first Dry, the fuse at 10, 5 and 1 minutes. */
export function Announcer() {
  const { data: room } = useQuery(warRoomQuery)
  const now = useServerNow()
  const [text, setText] = useState('')
  const known = useRef<{ dark: Set<string>; dry: number; left: number | null } | null>(null)
  useEffect(() => {
    if (!room || now === null) return
    const darkNow = room.fleet.clusters.filter(c => c.controlPlane.state === 'Dark')
    const left = room.fuses.next ? Date.parse(room.fuses.next.dryAt) - now : null
    const before = known.current
    known.current = { dark: new Set(darkNow.map(c => c.id)), dry: room.fuses.dry, left }
    if (!before) return
    const newDark = darkNow.filter(c => !before.dark.has(c.id)).map(c => c.name)
    const mark = fuseMarkPassed(before.left, left)
    if (before.dry === 0 && room.fuses.dry > 0) setText('First cluster dry: names no longer resolve there.')
    else if (mark !== null) setText(`${mark} until the next cluster is dry.`)
    else if (newDark.length === 1) setText(`${newDark[0]} went dark.`)
    else if (newDark.length > 1) setText(`${newDark.length} clusters went dark.`)
  }, [room, now])
  return (
    <p className="sr" role="alert" aria-live="assertive">
      {text}
    </p>
  )
}
