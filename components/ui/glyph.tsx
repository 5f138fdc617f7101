import type { ReactNode } from 'react'

const SHAPES = {
  healthy: <circle cx="6" cy="6" r="2.6" fill="currentColor" />,
  strained: (
    <path
      d="M6 1.9 10.9 10.4H1.1Z"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
    />
  ),
  overloaded: <path d="M6 1 11.6 10.9H.4Z" fill="currentColor" />,
  locked: (
    <>
      <path d="M3.6 5.4V3.9a2.4 2.4 0 0 1 4.8 0v1.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <rect x="1.9" y="5.2" width="8.2" height="6" rx="1.2" fill="currentColor" />
    </>
  ),
  dark: (
    <path d="M2.2 2.2 9.8 9.8M9.8 2.2 2.2 9.8" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
  ),
  recovering: (
    <path
      d="M6 10.8V1.8M2.2 5.4 6 1.6l3.8 3.8"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  unknown: (
    <>
      <path
        d="M3.8 4.1a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.5"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
      <circle cx="6" cy="10.2" r="1" fill="currentColor" />
    </>
  ),
  fresh: (
    <>
      <circle cx="6" cy="6" r="4.3" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="6" cy="6" r="1.6" fill="currentColor" />
    </>
  ),
  burning: (
    <path
      d="M6.3.8c.3 2.2 3.5 3.5 3.5 6.6A3.8 3.8 0 0 1 6 11.3a3.8 3.8 0 0 1-3.8-3.9c0-1.5.8-2.5 1.5-3.3.2 1 .7 1.5 1.2 1.7C4.7 3.9 5.2 2.1 6.3.8Z"
      fill="currentColor"
    />
  ),
  dry: (
    <>
      <circle
        cx="6"
        cy="6"
        r="4.3"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeDasharray="2.6 1.9"
      />
      <path d="M1.6 10.4 10.4 1.6" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
  pass: (
    <path
      d="m1.8 6.4 2.9 2.9 5.5-6.3"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  warn: (
    <>
      <path d="M6 1 11.6 10.9H.4Z" fill="currentColor" />
      <path d="M6 4.6v2.9" stroke="var(--glyph-cut)" strokeWidth="1.4" />
      <circle cx="6" cy="9.2" r=".8" fill="var(--glyph-cut)" />
    </>
  ),
  block: (
    <>
      <path d="M3.7.7h4.6l3 3v4.6l-3 3H3.7l-3-3V3.7Z" fill="currentColor" />
      <path d="M3.3 6h5.4" stroke="var(--glyph-cut)" strokeWidth="1.7" />
    </>
  ),
  armed: (
    <>
      <circle cx="6" cy="6" r="4.3" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <path d="M6 0v3M6 9v3M0 6h3M9 6h3" stroke="currentColor" strokeWidth="1.4" />
    </>
  ),
  note: (
    <path
      d="M2 2h8v5.2L7.2 10H2ZM4 4.6h4M4 6.8h2"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.3"
      strokeLinejoin="round"
    />
  ),
  change: (
    <path
      d="m6 1 5 2.5L6 6 1 3.5ZM1 6l5 2.5L11 6M1 8.5 6 11l5-2.5"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.2"
      strokeLinejoin="round"
    />
  ),
  info: (
    <>
      <circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.3" />
      <path d="M6 5.3v3.2" stroke="currentColor" strokeWidth="1.4" />
      <circle cx="6" cy="3.5" r=".8" fill="currentColor" />
    </>
  ),
} satisfies Record<string, ReactNode>

export type GlyphName = keyof typeof SHAPES

/** The bare 12 × 12 shape, for use inside another `<svg>`. Drawn with `currentColor`. */
export function glyphShape(name: GlyphName): ReactNode {
  return SHAPES[name]
}

/** A glyph beside its word. The word carries the meaning, so the drawing is hidden from assistive technology. */
export function Glyph({
  name,
  size = 12,
  className,
}: {
  name: GlyphName
  size?: number
  className?: string
}) {
  return (
    <svg
      className={className ? `glyph ${className}` : 'glyph'}
      width={size}
      height={size}
      viewBox="0 0 12 12"
      aria-hidden="true"
    >
      {SHAPES[name]}
    </svg>
  )
}
