'use client'

import { useMutationState, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { sessionQuery } from '@/lib/client/queries'
import { signInAgain } from '@/lib/client/safe-next'
import { SIGN_OUT } from '@/lib/client/writes'

/**
 * A session that was revoked or has expired ends at the sign-in page, with the way back. Where something was typed, the
 * page stays as it is and says so, since leaving would lose it.
 */
export function SessionEnd() {
  const { data: session } = useQuery(sessionQuery)
  const signingOut = useMutationState({ filters: { mutationKey: SIGN_OUT } })
  const hasEnded = session === null && signingOut.length === 0
  const [staysFor, setStaysFor] = useState<string | null>(null)
  const typed = useRef(new Set<HTMLInputElement | HTMLTextAreaElement>())

  useEffect(() => {
    const note = ({ target }: Event) => {
      const isText = target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement
      if (isText && target.type !== 'search') typed.current.add(target)
    }
    document.addEventListener('input', note, true)
    return () => document.removeEventListener('input', note, true)
  }, [])

  useEffect(() => {
    if (!hasEnded) return
    const again = signInAgain(`${window.location.pathname}${window.location.search}`)
    const isLost = [...typed.current].some(field => field.isConnected && field.value.trim() !== '')
    if (isLost) setStaysFor(again)
    else window.location.assign(again)
  }, [hasEnded])

  if (!hasEnded || staysFor === null) return null
  return (
    <div className="session-end" role="alert" aria-live="assertive" ref={keepSheetsOpen}>
      <p>
        <b>Your session has ended.</b> What you typed is still on this page, and was not sent. Copy what you
        need, then <a href={staysFor}>sign in again</a>.
      </p>
    </div>
  )
}

/** A press outside closes a sheet, and with it goes what was typed there. */
function keepSheetsOpen(element: HTMLElement | null): (() => void) | undefined {
  const stop = (event: Event) => event.stopPropagation()
  element?.addEventListener('pointerdown', stop)
  return () => element?.removeEventListener('pointerdown', stop)
}
