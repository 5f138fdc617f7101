import { overloadSeries } from './overload-series'
import type { OverloadFigure } from './write-overload-docs'

const panel = { width: 300, height: 230, left: 52, top: 58, gap: 44 }
/** Milliseconds, logarithmic. */
const axis = { least: 1, most: 30_000, marks: [1, 10, 100, 1_000, 10_000] }
const lines = [
  { asker: 'account', title: 'ServiceAccount', colour: '#c2410c' },
  { asker: 'user', title: 'person', colour: '#1d4ed8' },
  { asker: 'exempt', title: 'exempt', colour: '#15803d' },
  { asker: 'metrics', title: '/metrics', colour: '#7e22ce' },
] as const

/** Medians against the number of LISTs, a panel a series: measured as dots, the model as lines, p95 measured as ticks. */
export function drawOverload(figures: readonly OverloadFigure[]): string {
  const series = overloadSeries.filter(({ name }) => figures.some(one => one.series === name))
  const width = panel.left + series.length * (panel.width + panel.gap)
  const height = panel.top + panel.height + 72
  const parts = series.map(({ name, title }, i) =>
    drawPanel(
      title,
      figures.filter(one => one.series === name),
      panel.left + i * (panel.width + panel.gap),
    ),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11" role="img" aria-labelledby="title">
<title id="title">Latency of small requests against concurrent full LISTs, measured on kube-apiserver and predicted by the model</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${panel.left}" y="20" font-size="14" font-weight="600" fill="#111827">One small request while N callers list all pods: measured (dots: median, ticks: p95) and predicted (lines: median)</text>
${parts.join('\n')}
${drawLegend(height - 14)}
</svg>
`
}

function drawPanel(title: string, figures: readonly OverloadFigure[], left: number): string {
  const bottom = panel.top + panel.height
  const counts = figures.map(({ callers }) => callers)
  const x = (callers: number) =>
    left + 12 + (counts.indexOf(callers) * (panel.width - 24)) / Math.max(1, counts.length - 1)
  const grid = axis.marks.map(
    mark =>
      `<line x1="${left}" x2="${left + panel.width}" y1="${y(mark)}" y2="${y(mark)}" stroke="#e5e7eb"/>` +
      `<text x="${left - 6}" y="${y(mark) + 4}" text-anchor="end" fill="#4b5563">${mark < 1000 ? `${mark} ms` : `${mark / 1000} s`}</text>`,
  )
  const ticks = counts.map(
    count => `<text x="${x(count)}" y="${bottom + 16}" text-anchor="middle" fill="#4b5563">${count}</text>`,
  )
  const curves = lines.map(({ asker, colour }) => {
    const points = figures.flatMap(({ callers, predicted }) => {
      const { p50Ms } = predicted.askers[asker]
      return p50Ms === null ? [] : [`${x(callers)},${y(p50Ms)}`]
    })
    const dots = figures.flatMap(({ callers, measured }) => {
      const { p50Ms, p95Ms } = measured.askers[asker]
      if (p50Ms === null || p95Ms === null) return []
      const [cx, cy, high] = [x(callers), y(p50Ms), y(p95Ms)]
      return [
        `<circle cx="${cx}" cy="${cy}" r="3.2" fill="${colour}"/>` +
          `<path d="M${cx} ${cy}V${high}M${cx - 3} ${high}h6" stroke="${colour}" stroke-opacity="0.45"/>`,
      ]
    })
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.6"/>${dots.join('')}`
  })
  return `<g><text x="${left}" y="${panel.top - 12}" font-weight="600" fill="#111827">${title}</text>
${grid.join('')}
${ticks.join('')}
<text x="${left + panel.width / 2}" y="${bottom + 32}" text-anchor="middle" fill="#4b5563">concurrent LISTs</text>
${curves.join('\n')}</g>`
}

function y(milliseconds: number): number {
  const bounded = Math.min(axis.most, Math.max(axis.least, milliseconds))
  const share = Math.log(bounded / axis.least) / Math.log(axis.most / axis.least)
  return Number((panel.top + panel.height * (1 - share)).toFixed(1))
}

function drawLegend(baseline: number): string {
  return lines
    .map(({ title, colour }, i) => {
      const left = panel.left + i * 130
      return `<circle cx="${left}" cy="${baseline - 4}" r="4" fill="${colour}"/><text x="${left + 9}" y="${baseline}" fill="#111827">${title}</text>`
    })
    .join('')
}
