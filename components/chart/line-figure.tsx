'use client'

import { memo, type ReactNode } from 'react'
import { CartesianGrid, Line, LineChart, ReferenceLine, XAxis, YAxis, ZIndexLayer } from 'recharts'
import { clockTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { useSize } from '../ui/use-size'
import { LineNames } from './line-names'
import { niceCeiling } from './nice-ceiling'
import type { Series } from './series'

/** Recharts draws lines at 400 and axes at 500. */
const OVER_LINES = 550

interface LineFigureProps {
  title: string
  meta: string
  series: Series[]
  format: (value: number) => string
  /** The newest change in the window: a dotted line with its time. */
  mark: { t: number; at: number; name: string } | null
  /** The newest value is written in the colour of trouble when it is above zero. */
  alarming?: boolean
  /** Said when the first line has no newest value. */
  gapWord?: string
  right?: ReactNode
}

/** Lines over the last thirty minutes with direct labels; a gap is a gap. */
export const LineFigure = memo(function LineFigure(props: LineFigureProps) {
  const { title, meta, series, format, alarming = false, gapWord, right } = props
  const [ref, size] = useSize<HTMLDivElement>()
  const isEmpty = series.every(s => s.points.every(p => p.value === null))
  const latest = series.flatMap(s => s.points.at(-1)?.value ?? [])
  const worst = latest.length > 0 ? Math.max(...latest) : null
  const isSilent = gapWord !== undefined && series[0]?.points.at(-1)?.value === null
  return (
    <figure>
      <figcaption>
        <b>{title}</b>
        {!right && <span className="mute clip">{meta}</span>}
        {right}
        {isSilent && <span className="end c-locked">{gapWord}</span>}
        {!isSilent && worst !== null && (
          <span className={`end ${alarming && worst > 0.05 ? 'c-locked' : ''}`}>{format(worst)}</span>
        )}
      </figcaption>
      <div className="box" ref={ref}>
        {isEmpty ? (
          <p className="quiet">No value in the last 30 minutes.</p>
        ) : (
          size && (
            <div className="chart-box">
              <Plot {...props} width={size.width} height={size.height} />
            </div>
          )
        )}
      </div>
    </figure>
  )
})

function Plot({
  title,
  series,
  format,
  mark,
  alarming,
  width,
  height,
}: LineFigureProps & { width: number; height: number }) {
  const zone = useZone()
  const top = niceCeiling(Math.max(...series.flatMap(s => s.points.map(p => p.value ?? 0))))
  const ink = ['var(--text)', 'var(--text-2)', 'var(--text-3)', 'var(--line-ui)', 'var(--text-2)']
  const last = (s: Series) => s.points.findLast(p => p.value !== null)
  return (
    <LineChart
      className="chart"
      width={width}
      height={height}
      margin={{ top: 6, right: 6, bottom: 0, left: 0 }}
      accessibilityLayer={false}
      role="img"
      aria-label={`${title}: ${series.map(s => `${s.name} ${valueWords(last(s)?.value, format)}`).join(', ')}`}
    >
      <CartesianGrid vertical={false} stroke="var(--line)" syncWithTicks />
      <XAxis
        type="number"
        dataKey="t"
        domain={[-1_800, 0]}
        ticks={[-1_800, -900, 0]}
        allowDataOverflow
        axisLine={false}
        tickLine={false}
        height={20}
        tickMargin={2}
        interval={0}
        tick={<TimeTick />}
      />
      <YAxis
        domain={[0, top]}
        ticks={[0, top / 2, top]}
        width={52}
        axisLine={false}
        tickLine={false}
        tickMargin={4}
        interval={0}
        tickFormatter={(v: number) => format(v)}
      />
      {mark && (
        <ReferenceLine
          x={mark.t}
          stroke="var(--line-ui)"
          strokeDasharray="2 2"
          label={{
            value: `change ${clockTime(mark.at, zone)}`,
            position: mark.t > -900 ? 'insideTopRight' : 'insideTopLeft',
            fill: 'var(--text-3)',
            fontSize: 11,
          }}
        />
      )}
      {series.map((s, i) => (
        <Line
          key={s.name}
          data={s.points}
          dataKey="value"
          name={s.name}
          stroke={alarming && i === 0 ? 'var(--st-locked)' : ink[i % ink.length]}
          strokeWidth={i === 0 ? 1.8 : 1.4}
          strokeDasharray={s.dashed ? '3 2' : undefined}
          dot={false}
          connectNulls={false}
          isAnimationActive={false}
        />
      ))}
      <ZIndexLayer zIndex={OVER_LINES}>
        <LineNames series={series} />
      </ZIndexLayer>
    </LineChart>
  )
}

function valueWords(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? 'no value' : format(value)
}

/** Recharts passes the place in; the outer ticks stay inside the plot. */
function TimeTick({ x = 0, y = 0, payload }: { x?: number; y?: number; payload?: { value: number } }) {
  const value = payload?.value ?? 0
  return (
    <text x={x} y={y + 8} textAnchor={value === 0 ? 'end' : value <= -1_800 ? 'start' : 'middle'}>
      {value === 0 ? 'now' : `\u2212${Math.abs(value / 60)}\u00a0min`}
    </text>
  )
}
