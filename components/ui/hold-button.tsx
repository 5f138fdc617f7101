'use client'

import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { HOLD_MS, holdFill } from './hold-progress'

interface HoldButtonProps {
  label: string
  /** Why it cannot be held now; shown in place of the label. Null = ready. */
  locked: string | null
  busy?: boolean
  kbd?: ReactNode
  onHeld: () => void
}

/**
 * Two seconds by pointer or by holding Enter or Space; letting go earlier sends nothing. The fill is the timer, in
 * four steps where reduced motion is asked for.
 */
export function HoldButton({ label, locked, busy = false, kbd, onHeld }: HoldButtonProps) {
  const [fill, setFill] = useState(0)
  const frame = useRef(0)
  const isOff = locked !== null || busy

  const release = useCallback(() => {
    cancelAnimationFrame(frame.current)
    frame.current = 0
    setFill(0)
  }, [])

  useEffect(() => {
    if (isOff) release()
  }, [isOff, release])
  useEffect(() => () => cancelAnimationFrame(frame.current), [])

  const press = () => {
    if (isOff || frame.current !== 0) return
    const began = performance.now()
    const stepped = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    const draw = (now: number) => {
      const held = now - began
      if (held >= HOLD_MS) {
        release()
        onHeld()
        return
      }
      setFill(holdFill(held, stepped))
      frame.current = requestAnimationFrame(draw)
    }
    frame.current = requestAnimationFrame(draw)
  }

  const isKey = (event: KeyboardEvent) => event.key === 'Enter' || event.key === ' '
  const text = busy ? 'Sending' : (locked ?? label)
  const face = (
    <>
      {text}
      {!isOff && kbd}
    </>
  )
  return (
    <button
      type="button"
      className={`hold ${isOff ? 'locked' : fill > 0 ? 'holding' : ''}`}
      aria-disabled={isOff}
      aria-label={isOff ? text : `${label}: hold for two seconds`}
      onPointerDown={event => {
        if (event.button === 0) press()
      }}
      onPointerUp={release}
      onPointerLeave={release}
      onPointerCancel={release}
      onBlur={release}
      onContextMenu={event => event.preventDefault()}
      onKeyDown={event => {
        if (!isKey(event)) return
        event.preventDefault()
        if (!event.repeat) press()
      }}
      onKeyUp={event => {
        if (isKey(event)) release()
      }}
    >
      <span>{face}</span>
      {fill > 0 && (
        <>
          <i style={{ width: `${fill * 100}%` }} />
          <span className="over" style={{ clipPath: `inset(0 ${(1 - fill) * 100}% 0 0)` }} aria-hidden="true">
            {face}
          </span>
        </>
      )}
    </button>
  )
}
