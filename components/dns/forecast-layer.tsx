'use client'

import type { ForecastDto, MeasuredPointDto } from '@/lib/wire/fuses'
import type { TimeWindow } from './read-expiry'
import { type Scale, useScales } from './use-scales'

const HALF_CAP = 3
/** Bars closer together than this hide each other and the band; the table has them all. */
const LEAST_APART = 20

/** Over the band of now: the band of T0 dotted, and what was measured since as points with their 80 % bars. */
export function ForecastLayer({
  forecast,
  nowMs,
  window,
  wide,
}: {
  forecast: ForecastDto
  nowMs: number
  window: TimeWindow
  wide: boolean
}) {
  const scales = useScales()
  if (!scales) return null
  const { x, y } = scales
  const rel = (at: string) => (Date.parse(at) - nowMs) / 1_000
  const inWindow = (t: number) => t >= window.from && t <= window.to
  const predicted = forecast.predicted
    .map(({ at, p10, p90 }) => ({ t: rel(at), p10, p90 }))
    .filter(({ t }) => inWindow(t))
  const edge = (key: 'p10' | 'p90') =>
    predicted.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.t).toFixed(1)} ${y(p[key]).toFixed(1)}`).join('')
  const measured = (of: MeasuredPointDto['of']) =>
    apart(
      forecast.measured
        .filter(point => point.of === of)
        .map(point => ({ point, t: rel(point.at) }))
        .filter(({ t }) => inWindow(t)),
      ({ t }) => x(t),
    )
  const names = measured('names')
  // Both are of the same caches: what was read of them says more than what they count.
  const caches = names.length > 0 ? [] : measured('caches')
  const live = measured('live-path')
  return (
    <g>
      {(['p10', 'p90'] as const).map(key => (
        <path key={key} d={edge(key)} fill="none" stroke="var(--text-2)" strokeDasharray="1 3" />
      ))}
      {[...live, ...caches, ...names].map(({ point, t }) => (
        <Measured key={`${point.of} ${point.at}`} point={point} at={x(t)} y={y} />
      ))}
      {wide && (
        <>
          <PointName found={names.at(-1)} text="names, measured" x={x} y={y} dy={-10} />
          <PointName found={caches.at(-1)} text="node caches, measured" x={x} y={y} dy={-10} />
          <PointName found={live.at(-1)} text="CoreDNS, measured" x={x} y={y} dy={-6} />
        </>
      )}
    </g>
  )
}

/** From the newest back, those that have room beside each other. */
function apart<T>(points: readonly T[], at: (point: T) => number): T[] {
  const kept: T[] = []
  for (const point of [...points].reverse()) {
    const next = kept[0]
    if (!next || at(next) - at(point) >= LEAST_APART) kept.unshift(point)
  }
  return kept
}

/** A disc for what caches hold, a hollow diamond for the live path, so that hue is not needed to tell them apart. */
function Measured({ point, at, y }: { point: MeasuredPointDto; at: number; y: Scale }) {
  const isCached = point.of !== 'live-path'
  const ink = isCached ? 'var(--text)' : 'var(--text-3)'
  const middle = y(point.share)
  return (
    <g stroke={ink}>
      <path
        d={`M${at} ${y(point.low)}V${y(point.high)}M${at - HALF_CAP} ${y(point.low)}h${2 * HALF_CAP}M${at - HALF_CAP} ${y(point.high)}h${2 * HALF_CAP}`}
        opacity={isCached ? 0.7 : 0.4}
      />
      {isCached ? (
        <circle cx={at} cy={middle} r="2.5" fill="var(--text)" stroke="var(--surface)" />
      ) : (
        <path d={`M${at} ${middle - 3}l3 3-3 3-3-3z`} fill="var(--surface)" />
      )}
    </g>
  )
}

function PointName({
  found,
  text,
  x,
  y,
  dy,
}: {
  found: { point: MeasuredPointDto; t: number } | undefined
  text: string
  x: Scale
  y: Scale
  dy: number
}) {
  if (!found) return null
  return (
    <text
      className="halo"
      x={x(found.t) + 7}
      y={y(found.point.share) + dy}
      style={{ fill: found.point.of !== 'live-path' ? 'var(--text)' : 'var(--text-3)' }}
    >
      {text}
    </text>
  )
}
