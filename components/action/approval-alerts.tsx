'use client'

import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { usePreferences } from '@/lib/client/preferences'
import { sessionQuery, warRoomQuery } from '@/lib/client/queries'
import { waitingFor } from '@/lib/client/waiting-for'

/** Tells by the browser of what begins to wait for this person, once each, when they switched that on. */
export function ApprovalAlerts() {
  const { notify } = usePreferences()
  const { data: room } = useQuery(warRoomQuery)
  const { data: session } = useQuery(sessionQuery)
  const told = useRef<Set<string> | null>(null)
  useEffect(() => {
    if (!room || !session) return
    const waiting = waitingFor(room.actions, session)
    const before = told.current
    told.current = new Set(waiting.map(keyOf))
    // What waited already when the page was opened stands in the inbox.
    if (!before || !notify || !('Notification' in window) || Notification.permission !== 'granted') return
    for (const action of waiting.filter(one => !before.has(keyOf(one)))) {
      const body = action.approval ? `${action.approval.askedBy}: ${action.approval.reason}` : ''
      const notification = new Notification(`Waiting for you: ${action.title}`, { body, tag: action.id })
      notification.onclick = () => {
        window.focus()
        window.location.assign(`/actions?action=${encodeURIComponent(action.id)}`)
      }
    }
  }, [room, session, notify])
  return null
}

const keyOf = ({ id, state }: { id: string; state: string }) => `${id} ${state === 'awaiting'}`
