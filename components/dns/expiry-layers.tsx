'use client'

import { clockTime, countdown } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import type { Expiry, ExpiryPoint, TimeWindow } from './read-expiry'
import { ticksOf } from './time-window'
import { type Scale, useScales } from './use-scales'

/** API lost, T0 and impact, the names of the band's edges, and the line of now. */
export function ExpiryMarks({ expiry, window, wide }: { expiry: Expiry; window: TimeWindow; wide: boolean }) {
  const scales = useScales()
  const zone = useZone()
  if (!scales) return null
  const { x, y, left } = scales
  const at = (t: number, seconds = true) => clockTime(expiry.nowMs + t * 1_000, zone, seconds)
  const inWindow = (t: number | null): t is number => t !== null && t >= window.from && t <= window.to
  const marks = [
    { t: expiry.t0, name: 'T0, first DNS failure', seconds: true },
    { t: expiry.apiLost, name: 'API lost', seconds: true },
    { t: expiry.impact, name: 'Impact', seconds: false },
  ]
    .flatMap(mark => (inWindow(mark.t) ? [{ ...mark, t: mark.t }] : []))
    // Earliest on top: its line ends above the words of those that come after it.
    .sort((a, b) => a.t - b.t)
  const top = y(1)
  return (
    <g>
      {wide &&
        marks.map((mark, row) => {
          const text = `${mark.name} ${at(mark.t, mark.seconds)}`
          const isLeft = x(mark.t) - left > text.length * 5.9 + 8
          const lower = top + 26 + row * 18
          return (
            <g key={mark.name}>
              <line
                x1={x(mark.t)}
                x2={x(mark.t)}
                y1={top + 4}
                y2={lower + 3}
                stroke="var(--line-ui)"
                strokeDasharray="2 2"
              />
              <text
                className="halo"
                x={x(mark.t) + (isLeft ? -5 : 5)}
                y={lower}
                textAnchor={isLeft ? 'end' : 'start'}
              >
                {text}
              </text>
              {mark.t === expiry.t0 && (
                <circle
                  cx={x(mark.t)}
                  cy={top}
                  r="3"
                  fill="var(--surface)"
                  stroke="var(--text)"
                  strokeWidth="1.5"
                />
              )}
            </g>
          )
        })}
      <EdgeNames points={expiry.points.filter(p => inWindow(p.t))} x={x} y={y} />
    </g>
  )
}

function EdgeNames({ points, x, y }: { points: ExpiryPoint[]; x: Scale; y: Scale }) {
  const level = 0.35
  const ahead = points.filter(p => p.t >= 0)
  const first = (of: (p: ExpiryPoint) => number) => ahead.find(p => of(p) <= level)
  const names = [
    ['p10', first(p => p.band[0]), -5, 'end'],
    ['p50', first(p => p.ahead ?? 1), 0, 'middle'],
    ['p90', first(p => p.band[1]), 9, 'start'],
  ] as const
  return names.map(([name, point, dx, anchor]) =>
    point && point.t > 150 ? (
      <text
        key={name}
        className="halo"
        x={x(point.t) + dx}
        y={y(level) + 4}
        textAnchor={anchor}
        style={{ fill: 'var(--text-2)' }}
      >
        {name}
      </text>
    ) : null,
  )
}

/** Two lanes aligned with the plot (what is rolled out, who goes dry when), the axis and the line of now. */
export function ExpiryLanes({
  expiry,
  window,
  wide,
  height,
}: {
  expiry: Expiry
  window: TimeWindow
  wide: boolean
  height: number
}) {
  const scales = useScales()
  const zone = useZone()
  if (!scales) return null
  const { x, left, right } = scales
  const axis = height - 16
  const lane2 = axis - 18
  const lane1 = lane2 - 19
  const at = (t: number, seconds = true) => clockTime(expiry.nowMs + t * 1_000, zone, seconds)
  const inWindow = (t: number) => t >= window.from && t <= window.to
  const ticks = ticksOf(window, wide ? 7 : 3)
  const next = expiry.dry.filter(d => d.t >= 0).sort((a, b) => a.t - b.t)[0]
  const last = expiry.allDry !== null && inWindow(expiry.allDry) ? expiry.allDry : null
  const textW = (text: string) => text.length * 5.8
  return (
    <g>
      {expiry.rollout && <RolloutBar rollout={expiry.rollout} window={window} x={x} y={lane1} at={at} />}
      {expiry.actions
        .filter(({ t }) => inWindow(t))
        .map(({ id, title, t }) => (
          <g key={id}>
            <title>{`${title}, confirmed ${at(t)}`}</title>
            <line x1={x(t)} x2={x(t)} y1={4} y2={axis} stroke="var(--ok)" strokeDasharray="3 2" />
            <path d={`M${x(t)} ${axis}l-4 6h8z`} fill="var(--ok)" />
          </g>
        ))}
      <text x={left - 8} y={lane1 + 11} textAnchor="end">
        Rollout
      </text>
      <text x={left - 8} y={lane2 + 11} textAnchor="end">
        Goes dry
      </text>
      <line className="grid-line" x1={left} x2={right} y1={lane2 + 14.5} y2={lane2 + 14.5} />
      {expiry.dry
        .filter(({ t }) => inWindow(t))
        .map(tick => {
          const h = 4 + Math.min(10, (tick.nodes ?? 0) / 460)
          const isNext = tick === next
          return (
            <line
              key={tick.clusterId}
              x1={x(tick.t)}
              x2={x(tick.t)}
              y1={lane2 + 14 - h}
              y2={lane2 + 14}
              stroke={isNext ? 'var(--dp-burning-hot)' : 'var(--dp-burning)'}
              strokeWidth={isNext ? 2 : 1}
              opacity={isNext ? 1 : 0.8}
            />
          )
        })}
      {next && wide && inWindow(next.t) && x(next.t) - x(0) > 40 && (
        <text x={x(next.t) - 6} y={lane2 + 11} textAnchor="end" style={{ fill: 'var(--text)' }}>
          {countdown(next.t * 1_000)}
        </text>
      )}
      {last !== null && last > 0 && x(last) + 6 + textW('all 15:38') < right && (
        <text x={x(last) + 6} y={lane2 + 11}>
          all {at(last, false)}
        </text>
      )}
      {inWindow(0) && (
        <>
          <line x1={x(0)} x2={x(0)} y1={4} y2={axis} stroke="var(--text)" shapeRendering="crispEdges" />
          <rect x={x(0) - 18} y="0" width="36" height="15" rx="3" fill="var(--text)" />
          <text x={x(0)} y="11" textAnchor="middle" style={{ fill: 'var(--surface)', fontWeight: 600 }}>
            now
          </text>
        </>
      )}
      {ticks.map(t => (
        <text
          key={t}
          x={x(t)}
          y={height - 3}
          textAnchor={t === window.from ? 'start' : t === window.to ? 'end' : 'middle'}
        >
          {t === 0 ? at(0) : `${t > 0 ? '+' : '\u2212'}${minutesOf(Math.abs(t))}`}
        </text>
      ))}
    </g>
  )
}

/** `20 min`, `2:30 min` */
function minutesOf(seconds: number): string {
  const rest = seconds % 60
  const whole = Math.floor(seconds / 60)
  return `${whole}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}\u00a0min`
}

function RolloutBar({
  rollout,
  window,
  x,
  y,
  at,
}: {
  rollout: NonNullable<Expiry['rollout']>
  window: TimeWindow
  x: Scale
  y: number
  at: (t: number, seconds?: boolean) => string
}) {
  const from = Math.max(window.from, rollout.from)
  const to = Math.min(window.to, rollout.to)
  if (to <= window.from || to < from) return null
  const width = Math.max(2, x(to) - x(from))
  const ends = rollout.endsAt === null ? null : Math.min(window.to, Math.max(0, rollout.endsAt))
  const long = `${at(rollout.from, false)} ${rollout.name}`
  const fits = (text: string) => text.length * 6 + 12 < width
  const label = fits(long) ? long : fits(at(rollout.from, false)) ? at(rollout.from, false) : null
  const after = x(ends ?? to) + 6
  return (
    <g>
      <rect x={x(from)} y={y + 1} width={width} height="13" rx="1.5" fill="var(--rollout)" />
      {ends !== null && ends > 0 && (
        <rect
          x={x(0)}
          y={y + 1.5}
          width={x(ends) - x(0)}
          height="12"
          fill="none"
          stroke="var(--st-unknown)"
          strokeDasharray="2 2"
        />
      )}
      {label && (
        <text x={x(from) + 6} y={y + 11} style={{ fill: 'var(--on-rollout)' }}>
          {label}
        </text>
      )}
      {ends !== null && rollout.endsAt !== null && (
        <text className="halo" x={after} y={y + 11}>
          ends {at(rollout.endsAt, false)}
        </text>
      )}
      {!rollout.stillRolling && label !== long && (
        <text className="halo" x={after} y={y + 11}>
          {rollout.name}
        </text>
      )}
    </g>
  )
}
