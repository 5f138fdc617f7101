'use client'

import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts'
import type { Series } from './series'
import { spreadLabels } from './spread-labels'

const LINE_H = 13

/** Each line's name beside its newest value, moved apart where they would cover each other: no legend is needed. */
export function LineNames({ series }: { series: readonly Series[] }) {
  const x = useXAxisScale()
  const y = useYAxisScale()
  const area = usePlotArea()
  if (!x || !y || !area) return null
  const ends = series.flatMap(s => {
    const last = s.points.findLast(p => p.value !== null)
    if (!last || last.value === null) return []
    return [{ name: s.name, x: Number(x(last.t)), at: Number(y(last.value)) - 6 }]
  })
  const places = spreadLabels(
    ends.map(e => e.at),
    LINE_H,
    area.y + 9,
    area.y + area.height - 3,
  )
  return ends.map((end, i) => (
    <text
      key={end.name}
      className="halo"
      x={Math.min(end.x - 4, area.x + area.width - 2)}
      y={places[i]}
      textAnchor="end"
      style={{ fill: 'var(--text-2)' }}
    >
      {end.name}
    </text>
  ))
}
