'use client'

import { useState } from 'react'

/** Copies a text and says so. Where the browser refuses (plain http), it says that instead. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState<'Copied' | 'Select and copy by hand' | null>(null)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid('Copied')
    } catch {
      setSaid('Select and copy by hand')
    }
  }
  return (
    <button type="button" className="btn small" aria-label={label} onClick={() => void copy()}>
      <span aria-live="polite">{said ?? 'Copy'}</span>
    </button>
  )
}
