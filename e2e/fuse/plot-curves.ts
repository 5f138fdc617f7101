import type { FuseFigure } from './compare'

const columns = 2
const panel = { width: 380, height: 190, left: 46, top: 40, gapX: 40, gapY: 64 }
const inkStyle = `
  text { font: 12px system-ui, sans-serif; fill: #1f2933 }
  .title { font-weight: 600 }
  .quiet { fill: #616e7c; font-size: 11px }
  .axis { stroke: #9aa5b1; fill: none }
  .grid { stroke: #e4e7eb; fill: none }
  .band { fill: #2f6fde; opacity: .16; stroke: none }
  .predicted { stroke: #2f6fde; stroke-width: 2; fill: none }
  .measured { stroke: #c2410c; stroke-width: 1.5; fill: none }
  .dot { fill: #c2410c; stroke: none }`

/** One panel a configuration: the predicted band with its p50, and what was measured second by second. SVG. */
export function plotCurves(figures: readonly FuseFigure[]): string {
  const rows = Math.ceil(figures.length / columns)
  const width = columns * (panel.width + panel.left + panel.gapX)
  const height = panel.top + rows * (panel.height + panel.gapY) + 10
  const parts = figures.map((figure, i) => {
    const x = panel.left + (i % columns) * (panel.width + panel.left + panel.gapX)
    const y = panel.top + 22 + Math.floor(i / columns) * (panel.height + panel.gapY)
    return `<g transform="translate(${x} ${y})">${panelOf(figure)}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Share of lookups answered after CoreDNS is lost, predicted and measured">
<style>${inkStyle}</style>
<rect width="${width}" height="${height}" fill="#fff"/>
${legend()}
${parts.join('\n')}
</svg>
`
}

function legend(): string {
  return `<g transform="translate(${panel.left} 18)">
<path class="band" d="M0 -8h26v12h-26z"/><path class="predicted" d="M0 -2h26"/><text x="34" y="2">predicted: p50 within p10–p90</text>
<circle class="dot" cx="243" cy="-2" r="2.5"/><text x="254" y="2">measured: lookups answered, each second after T0; error: mean absolute difference to p50</text>
</g>`
}

function panelOf({ configuration, seconds, mae, curves }: FuseFigure): string {
  const last = Math.max(10, seconds)
  const at = (second: number) => fixed((second / last) * panel.width)
  const share = (value: number) => fixed((1 - value) * panel.height)
  const { band } = curves.predicted
  const line = (value: (point: (typeof band)[number]) => number, points = band) =>
    points.map(point => `${at(point.at / 1000)} ${share(value(point))}`).join('L')
  const dots = curves.measured.answered
    .slice(0, seconds)
    .map((value, second) => `<circle class="dot" cx="${at(second + 0.5)}" cy="${share(value)}" r="2"/>`)
  const every = last > 40 ? 20 : last > 22 ? 10 : 5
  const ticks = Array.from({ length: Math.floor(last / every) + 1 }, (_, i) => i * every)
  return `<text class="title" y="-8">${escapeText(configuration)}</text>
<text class="quiet" x="${panel.width}" y="-8" text-anchor="end">error ${mae.toFixed(3)}</text>
${[0, 0.5, 1].map(value => `<path class="grid" d="M0 ${share(value)}h${panel.width}"/><text class="quiet" x="-8" y="${share(value) + 4}" text-anchor="end">${value * 100} %</text>`).join('')}
${ticks.map(second => `<text class="quiet" x="${at(second)}" y="${panel.height + 16}" text-anchor="middle">${second} s</text>`).join('')}
<path class="band" d="M${line(point => point.p90)}L${line(point => point.p10, [...band].reverse())}z"/>
<path class="predicted" d="M${line(point => point.p50)}"/>
${dots.join('')}
<path class="axis" d="M0 0v${panel.height}h${panel.width}"/>`
}

const fixed = (value: number) => Number(value.toFixed(1))

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
}
