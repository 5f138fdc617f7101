import type { ReactNode } from 'react'

/** A named region that scrolls by itself and can be reached and scrolled by keyboard. */
export function ScrollRegion({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without a tab stop, keyboards cannot scroll it
    <section className="table-scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
