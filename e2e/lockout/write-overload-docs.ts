import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { drawOverload } from './draw-overload'
import type { Spread } from './latency'
import type { MeasuredStep } from './measure-step'
import { type Asker, overloadSeries } from './overload-series'
import type { PredictedStep } from './predict-step'

export interface OverloadFigure {
  series: string
  callers: number
  measured: MeasuredStep
  predicted: PredictedStep
}

const titles: Record<Asker, string> = {
  user: 'GET, person',
  account: 'GET, ServiceAccount',
  exempt: 'GET, exempt',
  probe: '/readyz',
  metrics: '/metrics',
}
const start = '<!-- tables: written by `npm run bench -- overload --docs docs` -->'
const end = '<!-- end of tables -->'

/** Writes overload.svg, and the tables into OVERLOAD.md between its two marks. */
export async function writeOverloadDocs(folder: string, figures: readonly OverloadFigure[]): Promise<void> {
  await writeFile(path.join(folder, 'overload.svg'), drawOverload(figures))
  const file = path.join(folder, 'OVERLOAD.md')
  const text = await readFile(file, 'utf8')
  const [before, after] = [text.indexOf(start), text.indexOf(end)]
  if (before < 0 || after < before) throw new Error(`${file} has no place for the tables: ${start} … ${end}`)
  const head = text.slice(0, before + start.length)
  await writeFile(file, `${head}\n\n${tables(figures)}\n\n${text.slice(after)}`)
}

function tables(figures: readonly OverloadFigure[]): string {
  return overloadSeries
    .filter(({ name }) => figures.some(({ series }) => series === name))
    .map(({ name, title }) => `### ${title}\n\n${table(figures.filter(({ series }) => series === name))}`)
    .join('\n\n')
}

function table(figures: readonly OverloadFigure[]): string {
  const shown = Object.keys(titles) as Asker[]
  const rows = figures.map(({ callers, measured, predicted }) => [
    String(callers),
    ...shown.map(asker => `${spread(measured.askers[asker])} → ${spread(predicted.askers[asker])}`),
    `${measured.listsPerSecond} → ${predicted.listsPerSecond}`,
    `${measured.executing} + ${measured.queued} → ${predicted.executing} + ${predicted.queued}`,
  ])
  const header = ['LISTs', ...shown.map(asker => titles[asker]), 'LISTs/s', 'executing + queued']
  const widths = header.map((_, i) => Math.max(3, ...[header, ...rows].map(cells => cells[i]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, i) => (cells[i] ?? '').padEnd(width)).join(' | ')} |`
  return [line(header), line(widths.map(width => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** p50/p95 in ms, and what was not answered 200. */
function spread({ p50Ms, p95Ms, codes, samples }: Spread): string {
  const other = Object.entries(codes).filter(([code]) => code !== '200')
  const share = (count: number) => `${Math.round((100 * count) / Math.max(1, samples))} %`
  const tail = other
    .map(([code, count]) => ` ${code === 'none' ? 'no answer' : code} ${share(count)}`)
    .join('')
  return `${rounded(p50Ms)}/${rounded(p95Ms)}${tail}`
}

const rounded = (value: number | null) => (value === null ? '–' : String(Math.round(value)))
