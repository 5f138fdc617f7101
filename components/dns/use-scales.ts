'use client'

import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts'

export type Scale = (value: number) => number

/** The scales of the chart around, for layers of our own; null before the first layout. */
export function useScales(): { x: Scale; y: Scale; left: number; right: number } | null {
  const xScale = useXAxisScale()
  const yScale = useYAxisScale()
  const area = usePlotArea()
  if (!xScale || !yScale || !area) return null
  return {
    x: v => Number(xScale(v)),
    y: v => Number(yScale(v)),
    left: area.x,
    right: area.x + area.width,
  }
}
