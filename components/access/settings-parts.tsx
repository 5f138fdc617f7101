'use client'

import { useState } from 'react'
import { dateTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { wordsOf } from '@/lib/client/problem-error'
import { CopyButton } from '../ui/copy-button'

/** A real time; nothing for none. */
export function When({ at, none = 'never' }: { at: string | null; none?: string }) {
  const zone = useZone()
  return <span className="mono">{at === null ? none : dateTime(Date.parse(at), zone)}</span>
}

/** What was refused, where it was asked for. */
export function Refusal({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null
  const { text, hint } = wordsOf(error)
  return (
    <p className="c-block" role="alert">
      {text} {hint && <span className="mute">{hint}</span>}
    </p>
  )
}

/** A secret that is shown once. */
export function ShownOnce({ label, text, words }: { label: string; text: string; words: string }) {
  return (
    <div className="shown-once" role="status">
      <p>{words}</p>
      <output aria-label={label}>{text}</output>
      <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} />
    </div>
  )
}

/** A button for what cannot be taken back: the first press asks, the second does. */
export function SureButton({
  label,
  about,
  onSure,
}: {
  label: string
  /** Names the thing for those who hear the page. */
  about: string
  onSure(): void
}) {
  const [isAsked, setIsAsked] = useState(false)
  return (
    <button
      type="button"
      className="btn small"
      aria-label={isAsked ? `Really ${label.toLowerCase()} ${about}` : `${label} ${about}`}
      onBlur={() => setIsAsked(false)}
      onClick={() => {
        if (isAsked) onSure()
        setIsAsked(!isAsked)
      }}
    >
      {isAsked ? `Really ${label.toLowerCase()}?` : label}
    </button>
  )
}
