import { memo, useRef } from 'react'
import type { ControlPlaneStateDto, DataPlaneStateDto } from '@/lib/wire/fleet'
import { glyphShape } from '../ui/glyph'
import { STATE_LOOK } from '../ui/state-look'
import type { Box } from './squarify-layout'

export interface TileProps {
  id: string
  name: string
  /** Name without the part that its group says already; drawn on large tiles. */
  shortName: string
  label: string
  box: Box
  state: ControlPlaneStateDto
  fuse: DataPlaneStateDto
  /** Share 0–1 of the fuse left in steps of a pixel; null = no bar. */
  share: number | null
  /** Time left as text; drawn from 52 × 34 px on. */
  left: string | null
  isFirst: boolean
  isFocused: boolean
}

/** One cluster. Fill = control plane, bar on the lower edge = data plane; each has its own channel. */
export const ClusterTile = memo(function ClusterTile(props: TileProps) {
  const { id, box, state, isFirst, isFocused, label } = props
  const look = STATE_LOOK[state]
  const firstState = useRef(state)
  const x = box.x + 0.5
  const y = box.y + 0.5
  const width = Math.max(1, box.width - 1)
  const height = Math.max(1, box.height - 1)
  const frame = look.strokeWidth > 1 ? (Math.min(width, height) < 12 ? 1.5 : 2) : 1
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a treemap is drawn, so no table element can stand for its cells */}
      <g
        role="gridcell"
        className="tile"
        data-id={id}
        data-state={state}
        tabIndex={isFocused ? 0 : -1}
        aria-label={label}
      >
        <rect
          className="tile-frame"
          x={x + frame / 2}
          y={y + frame / 2}
          width={Math.max(1, width - frame)}
          height={Math.max(1, height - frame)}
          rx="1.5"
          fill={look.fill}
          stroke={look.stroke}
          strokeWidth={frame}
          strokeDasharray={look.dash}
        />
      </g>
      {/* Drawn over the cell, not in it: a cell's name would have to repeat its running countdown. */}
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus */}
      <g aria-hidden="true" pointerEvents="none">
        <FuseBar {...props} x={x} y={y} width={width} height={height} />
        <TileFace {...props} x={x} y={y} width={width} height={height} />
        {isFirst && (
          <>
            <Ring out={1} stroke="var(--bg)" strokeWidth={5} x={x} y={y} width={width} height={height} />
            <Ring
              out={0.5}
              stroke="var(--fuse-ink)"
              strokeWidth={2.5}
              x={x}
              y={y}
              width={width}
              height={height}
            />
          </>
        )}
        {firstState.current !== state && (
          <rect key={state} className="tile-flash" x={x} y={y} width={width} height={height} rx="2" />
        )}
      </g>
    </>
  )
})

/** A frame that stands `out` pixels around a box. */
function Ring({
  out,
  stroke,
  strokeWidth,
  ...box
}: Box & { out: number; stroke: string; strokeWidth: number }) {
  return (
    <rect
      x={box.x - out}
      y={box.y - out}
      width={box.width + 2 * out}
      height={box.height + 2 * out}
      rx="3"
      fill="none"
      stroke={stroke}
      strokeWidth={strokeWidth}
    />
  )
}

interface Face extends TileProps, Box {}

function FuseBar({ fuse, share, state, x, y, width, height }: Face) {
  if (width < 12 || height < 12 || (fuse !== 'Burning' && fuse !== 'Dry')) return null
  const inset = state === 'Dark' ? 4 : 3
  const thick = width >= 52 && height >= 34 ? 4 : 3
  const at = { x: x + inset, y: y + height - inset - thick, full: width - 2 * inset }
  if (fuse === 'Dry') {
    const middle = at.y + thick / 2
    return (
      <>
        <path d={`M${at.x} ${middle}h${at.full}`} stroke="var(--dp-plate)" strokeWidth={thick + 2} />
        <path
          d={`M${at.x} ${middle}h${at.full}`}
          stroke={state === 'Dark' ? 'var(--ink-dark)' : 'var(--dp-dry)'}
          strokeWidth={thick}
          strokeDasharray="4 3"
        />
      </>
    )
  }
  return (
    <>
      {state !== 'Dark' && <rect x={at.x} y={at.y} width={at.full} height={thick} fill="var(--dp-plate)" />}
      <rect
        x={at.x}
        y={at.y}
        width={Math.max(0, at.full * (share ?? 1))}
        height={thick}
        fill={state === 'Dark' ? 'var(--tile-ember-on-dark)' : 'var(--dp-burning)'}
      />
    </>
  )
}

function TileFace({ state, fuse, left, shortName, x, y, width, height }: Face) {
  const look = STATE_LOOK[state]
  const glyph = (gx: number, gy: number, size: number, plate: boolean) => (
    <>
      {plate && look.plate && (
        <rect x={gx - 2} y={gy - 2} width={size + 4} height={size + 4} rx="2" fill={look.plate} />
      )}
      <g transform={`translate(${gx} ${gy}) scale(${size / 12})`} style={{ color: look.ink }}>
        {glyphShape(look.glyph)}
      </g>
    </>
  )
  if (width >= 52 && height >= 34) {
    const nameFits = width >= 62 && height >= 46 && shortName.length * 5.9 + 12 <= width
    return (
      <>
        {look.plate && (
          <rect
            x={x + 3}
            y={y + 3}
            width={Math.min(width - 6, left ? 19 + left.length * 6.4 : 16)}
            height="15"
            rx="2"
            fill={look.plate}
          />
        )}
        {glyph(x + 6, y + 5.5, 10, false)}
        {left && (
          <text x={x + 19} y={y + 14.5} fill={look.ink}>
            {left}
          </text>
        )}
        {nameFits && (
          <>
            {look.plate && (
              <rect
                x={x + 3}
                y={y + 17}
                width={shortName.length * 5.9 + 6}
                height="14"
                rx="2"
                fill={look.plate}
              />
            )}
            <text x={x + 6} y={y + 28} fill={look.ink} className="tile-name">
              {shortName}
            </text>
          </>
        )}
      </>
    )
  }
  if (width < 15 || height < 15) return null
  if (state === 'Healthy') {
    return <circle cx={x + width / 2} cy={y + height / 2} r="1.5" fill="var(--st-healthy)" />
  }
  const least = Math.min(width, height)
  const size = least >= 36 ? 11 : least >= 19 ? 9 : 7
  const lift = fuse === 'Burning' || fuse === 'Dry' ? 5 : 0
  return glyph(x + width / 2 - size / 2, y + (height - lift) / 2 - size / 2, size, true)
}
