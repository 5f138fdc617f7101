import type { ReactNode } from 'react'

/** A named region that scrolls by itself and can be reached and scrolled by keyboard. */
export function ScrollRegion({
  label,
  className = 'table-scroll',
  children,
}: {
  label: string
  className?: string
  children: ReactNode
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus, else keyboards cannot scroll it
    <section className={className} aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
