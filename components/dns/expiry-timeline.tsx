'use client'

import { memo } from 'react'
import { Area, CartesianGrid, ComposedChart, Line, XAxis, YAxis, ZIndexLayer } from 'recharts'
import type { ForecastDto } from '@/lib/wire/fuses'
import { ExpiryLanes, ExpiryMarks } from './expiry-layers'
import { ForecastLayer } from './forecast-layer'
import { type Expiry, type TimeWindow, WHOLE } from './read-expiry'

/** Left and right of the plot. */
export const RIGHT_MARGIN = 12
export const axisWidth = (width: number) => (isWide(width) ? 92 : 64)
const isWide = (width: number) => width > 560
/** Room under the plot for the roll-out lane, the dry ticks and the axis. */
const LANES_H = 62
/** Recharts draws lines at 400 and axes at 500. */
const OVER_LINES = 550
const EMBER = 'var(--dp-burning)'

/** Band p10–p90 with p50, solid until now, dashed over hatch after it; below it what is rolled out and what goes dry. */
export const ExpiryTimeline = memo(function ExpiryTimeline({
  expiry,
  forecast = null,
  window = WHOLE,
  width,
  height,
}: {
  expiry: Expiry
  /** Of the one cluster that is shown. */
  forecast?: ForecastDto | null
  window?: TimeWindow
  width: number
  height: number
}) {
  const wide = isWide(width)
  return (
    <ComposedChart
      className="chart"
      width={width}
      height={height}
      data={expiry.points}
      margin={{ top: 18, right: RIGHT_MARGIN, bottom: LANES_H, left: 0 }}
      accessibilityLayer={false}
      aria-hidden="true"
    >
      <defs>
        <pattern
          id="hatch-projection"
          width="4"
          height="4"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="1.2" height="4" fill={EMBER} opacity=".3" />
        </pattern>
      </defs>
      <CartesianGrid vertical={false} stroke="var(--line)" syncWithTicks />
      <XAxis type="number" dataKey="t" domain={[window.from, window.to]} hide allowDataOverflow />
      <YAxis
        domain={[0, 1]}
        ticks={[0, 0.5, 1]}
        width={axisWidth(width)}
        axisLine={false}
        tickLine={false}
        tickMargin={8}
        tickFormatter={(v: number) => `${v * 100}\u00a0%`}
      />
      <Area dataKey="bandPast" stroke="none" fill={EMBER} fillOpacity={0.28} isAnimationActive={false} />
      <Area
        dataKey="bandAhead"
        stroke={EMBER}
        strokeOpacity={0.55}
        fill="url(#hatch-projection)"
        fillOpacity={1}
        isAnimationActive={false}
      />
      <Line dataKey="past" stroke={EMBER} strokeWidth={2} dot={false} isAnimationActive={false} />
      <Line
        dataKey="ahead"
        stroke={EMBER}
        strokeWidth={2}
        strokeDasharray="5 3"
        dot={false}
        isAnimationActive={false}
      />
      <ZIndexLayer zIndex={OVER_LINES}>
        {forecast && <ForecastLayer forecast={forecast} nowMs={expiry.nowMs} window={window} wide={wide} />}
        <ExpiryMarks expiry={expiry} window={window} wide={wide} />
        <ExpiryLanes expiry={expiry} window={window} wide={wide} height={height} />
      </ZIndexLayer>
    </ComposedChart>
  )
})
