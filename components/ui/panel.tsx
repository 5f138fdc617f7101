'use client'

import { type ReactNode, useEffect, useState } from 'react'
import { countdown } from '@/lib/client/format-time'
import { useFreshness } from '@/lib/client/use-live'
import { Glyph } from './glyph'

interface PanelProps {
  /** Heading; also names the region for assistive technology. */
  title: string
  id: string
  meta?: ReactNode
  right?: ReactNode
  className?: string
  /** Dashed frame and the age, when what is shown comes from a stream that is silent. */
  live?: boolean
  children: ReactNode
}

/** A flush region of the page: head of 36 px, then its content. Keeps its size in every state. */
export function Panel({ title, id, meta, right, className = '', live = false, children }: PanelProps) {
  return (
    <section className={`panel ${className}`} aria-labelledby={`${id}-title`} id={id} tabIndex={-1}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {meta && <span className="meta">{meta}</span>}
        <span className="right">
          {live && <StaleMark />}
          {right}
        </span>
      </header>
      {children}
    </section>
  )
}

function StaleMark() {
  const freshness = useFreshness()
  if (freshness.kind !== 'stale') return null
  return (
    <span className="state c-strained stale-mark">
      <Glyph name="strained" />
      Stale for {countdown(freshness.ageMs)}
    </span>
  )
}

/** Still bars, and only after 300 ms: what loads quickly never flickers. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {shown &&
        Array.from({ length: lines }, (_, i) => ({
          key: `bar-${i}`,
          width: `${[70, 92, 55, 81][i % 4]}%`,
        })).map(bar => <div key={bar.key} style={{ width: bar.width }} />)}
    </div>
  )
}

/** Says what was looked at, never just "nothing". */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <b>{title}</b>
      {children && <p>{children}</p>}
    </div>
  )
}

/** What failed, what helps, and a way to try again. */
export function Failure({
  title,
  text,
  hint,
  onRetry,
}: {
  title: string
  text: string
  hint?: string | undefined
  onRetry?: (() => void) | undefined
}) {
  return (
    <div className="failure" role="alert">
      <b>{title}</b>
      <p>{text}</p>
      {hint && <p className="hint">{hint}</p>}
      {onRetry && (
        <button type="button" className="btn small" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}
