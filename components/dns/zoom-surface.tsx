'use client'

import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react'
import { axisWidth, RIGHT_MARGIN } from './expiry-timeline'
import { type TimeWindow, WHOLE } from './read-expiry'
import { panWindow, windowAround, zoomWindow } from './time-window'

/** Less than this many pixels is a click, not a brush. */
const LEAST_BRUSH = 8

interface ZoomSurfaceProps {
  window: TimeWindow
  width: number
  height: number
  onWindow: (change: (window: TimeWindow) => TimeWindow) => void
  /** Seconds from now under the pointer; null when it has left. */
  onHover: (t: number | null) => void
  /** Describes the chart for those who do not see it. */
  label: string
  children: ReactNode
}

/** Lays over a timeline: drag to look nearer, double click for all, and the same with + − 0 and the arrows. */
export function ZoomSurface({ window, width, height, onWindow, onHover, label, children }: ZoomSurfaceProps) {
  const box = useRef<HTMLDivElement>(null)
  const [brush, setBrush] = useState<{ from: number; to: number } | null>(null)
  const left = axisWidth(width)
  const plot = Math.max(1, width - left - RIGHT_MARGIN)
  const timeAt = (clientX: number) => {
    const x = clientX - (box.current?.getBoundingClientRect().left ?? 0) - left
    return window.from + (Math.min(plot, Math.max(0, x)) / plot) * (window.to - window.from)
  }
  const xOf = (t: number) => left + ((t - window.from) / (window.to - window.from)) * plot

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return
    const next =
      event.key === '+' || event.key === '='
        ? (w: TimeWindow) => zoomWindow(w, 0.5)
        : event.key === '-'
          ? (w: TimeWindow) => zoomWindow(w, 2)
          : event.key === '0'
            ? () => WHOLE
            : event.key === 'ArrowLeft'
              ? (w: TimeWindow) => panWindow(w, -0.2)
              : event.key === 'ArrowRight'
                ? (w: TimeWindow) => panWindow(w, 0.2)
                : null
    if (!next) return
    event.preventDefault()
    event.stopPropagation()
    onWindow(next)
  }
  const onPointerDown = (event: PointerEvent) => {
    // A finger scrolls the page; the buttons zoom for it.
    if (event.pointerType === 'touch' || event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const t = timeAt(event.clientX)
    setBrush({ from: t, to: t })
  }
  const onPointerMove = (event: PointerEvent) => {
    const t = timeAt(event.clientX)
    onHover(t)
    if (brush) setBrush({ ...brush, to: t })
  }
  const onPointerUp = () => {
    if (brush && Math.abs(xOf(brush.to) - xOf(brush.from)) >= LEAST_BRUSH)
      onWindow(() => windowAround((brush.from + brush.to) / 2, Math.abs(brush.to - brush.from)))
    setBrush(null)
  }
  return (
    <div
      ref={box}
      className="zoom"
      role="application"
      aria-roledescription="timeline"
      aria-label={label}
      aria-keyshortcuts="+ - 0 ArrowLeft ArrowRight"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys, so it must take the focus
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerLeave={() => onHover(null)}
      onDoubleClick={() => onWindow(() => WHOLE)}
    >
      {children}
      {brush && (
        <i
          className="brush"
          style={{
            left: Math.min(xOf(brush.from), xOf(brush.to)),
            width: Math.abs(xOf(brush.to) - xOf(brush.from)),
            height,
          }}
        />
      )}
    </div>
  )
}
