'use client'

import { scaleLinear } from 'd3-scale'
import { clockTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import type { SurvivalPointDto } from '@/lib/wire/fuses'

const PAD = { left: 42, right: 8, top: 6, bottom: 18 }

/** One cluster's survival band, small: past solid, projection dashed over hatch, a line at now. */
export function SurvivalChart({
  curve,
  now,
  width,
  height,
}: {
  curve: readonly SurvivalPointDto[]
  now: number
  width: number
  height: number
}) {
  const zone = useZone()
  const points = curve.map(p => ({ ...p, t: Date.parse(p.at) }))
  const first = points[0]?.t ?? now
  const last = points.at(-1)?.t ?? now
  const x = scaleLinear([first, last], [PAD.left, width - PAD.right])
  const y = scaleLinear([0, 1], [height - PAD.bottom, PAD.top])
  const line = (of: readonly (typeof points)[number][], key: 'p10' | 'p50' | 'p90') =>
    of.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.t).toFixed(1)} ${y(p[key]).toFixed(1)}`).join('')
  const area = (of: readonly (typeof points)[number][]) =>
    of.length === 0
      ? ''
      : `${line(of, 'p90')}${[...of]
          .reverse()
          .map(p => `L${x(p.t).toFixed(1)} ${y(p.p10).toFixed(1)}`)
          .join('')}Z`
  const split = points.findIndex(p => p.t > now)
  const past = split < 0 ? points : points.slice(0, split)
  const ahead = split < 0 ? [] : points.slice(Math.max(0, split - 1))
  const zero = points.find(p => p.t > now && p.p50 <= 0.005)
  return (
    <svg
      className="chart"
      width={width}
      height={height}
      role="img"
      aria-label={
        zero
          ? `Half of the estimates say that no name resolves from ${clockTime(zero.t, zone, false)} on`
          : 'Share of names still resolvable over an hour'
      }
    >
      <defs>
        <pattern
          id="hatch-survival"
          width="4"
          height="4"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="1.2" height="4" fill="var(--dp-burning)" opacity=".3" />
        </pattern>
      </defs>
      {[0, 0.5, 1].map(v => (
        <g key={v}>
          <line className="grid-line" x1={PAD.left} x2={width - PAD.right} y1={y(v)} y2={y(v)} />
          <text x={PAD.left - 6} y={y(v) + 4} textAnchor="end">
            {v * 100}&nbsp;%
          </text>
        </g>
      ))}
      <path d={area(past)} fill="var(--dp-burning)" opacity=".28" />
      <path d={area(ahead)} fill="url(#hatch-survival)" />
      <path d={line(past, 'p50')} fill="none" stroke="var(--dp-burning)" strokeWidth="2" />
      <path
        d={line(ahead, 'p50')}
        fill="none"
        stroke="var(--dp-burning)"
        strokeWidth="2"
        strokeDasharray="5 3"
      />
      <line
        x1={x(now)}
        x2={x(now)}
        y1={PAD.top}
        y2={height - PAD.bottom}
        stroke="var(--text)"
        shapeRendering="crispEdges"
      />
      <text x={PAD.left} y={height - 4}>
        {clockTime(first, zone, false)}
      </text>
      <text x={x(now)} y={height - 4} textAnchor="middle" style={{ fill: 'var(--text)' }}>
        now
      </text>
      <text x={width - PAD.right} y={height - 4} textAnchor="end">
        {clockTime(last, zone, false)}
      </text>
    </svg>
  )
}
