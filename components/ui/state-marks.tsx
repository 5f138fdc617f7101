import type { ReactNode } from 'react'
import type { ControlPlaneStateDto } from '@/lib/wire/fleet'
import { Glyph } from './glyph'
import { lookOf, STATE_LOOK } from './state-look'

/** Patterns of the states; once in every page that paints tiles. */
export function StatePaints() {
  return (
    <svg width="0" height="0" className="absolute" aria-hidden="true">
      <defs>
        <pattern
          id="paint-locked"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="6" height="6" fill="var(--st-locked)" />
          <rect width="1.8" height="6" fill="var(--st-locked-hatch)" />
        </pattern>
        <pattern id="paint-strained" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" fill="var(--st-strained-fill)" />
          <circle cx="1.5" cy="1.5" r=".8" fill="var(--st-strained)" opacity=".75" />
        </pattern>
        <pattern id="paint-recovering" width="4" height="4" patternUnits="userSpaceOnUse">
          <rect width="4" height="4" fill="var(--st-recovering-fill)" />
          <rect width="1.5" height="4" fill="var(--st-recovering)" opacity=".8" />
        </pattern>
      </defs>
    </svg>
  )
}

/** Glyph and word, always both. */
export function StateLabel({ state, children }: { state: string; children?: ReactNode }) {
  const look = lookOf(state)
  return (
    <span className={`state ${look.textClass}`}>
      <Glyph name={look.glyph} />
      {children ?? look.word}
    </span>
  )
}

/** A small tile of the state: keys and counts. With `glyph` from 22 px on. */
export function StateChip({ state, size = 14 }: { state: ControlPlaneStateDto; size?: number }) {
  const look = STATE_LOOK[state]
  const w = look.strokeWidth
  const g = size >= 22 ? Math.round(size * 0.46) : 0
  const at = (size - g) / 2
  return (
    <svg className="glyph" width={size} height={size} aria-hidden="true">
      <rect
        x={w / 2}
        y={w / 2}
        width={size - w}
        height={size - w}
        rx="2"
        fill={look.fill}
        stroke={look.stroke}
        strokeWidth={w}
        strokeDasharray={look.dash}
      />
      {g > 0 && look.plate && (
        <rect x={at - 2} y={at - 2} width={g + 4} height={g + 4} rx="2" fill={look.plate} />
      )}
      {g > 0 && (
        <svg x={at} y={at} width={g} height={g} viewBox="0 0 12 12" style={{ color: look.ink }}>
          <title>{look.word}</title>
          <ChipGlyph state={state} />
        </svg>
      )}
    </svg>
  )
}

function ChipGlyph({ state }: { state: ControlPlaneStateDto }) {
  return <Glyph name={STATE_LOOK[state].glyph} />
}
