import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Laboratory, startLaboratory } from '../lockout/laboratory'
import { measureStep } from '../lockout/measure-step'
import { overloadSeries, type Series } from '../lockout/overload-series'
import { type Machine, predictStep } from '../lockout/predict-step'
import { startLoad } from '../lockout/start-load'
import { type OverloadFigure, writeOverloadDocs } from '../lockout/write-overload-docs'

const nodes = 60
const aloneSeconds = 12

/**
 * A real API server under 0 to 64 concurrent full LISTs of all pods, and beside it what the simulator's model says of
 * such a machine. Options: `--series stock,bounded,slow-readers --pods 6000 --version MINOR`, and
 * `--docs DIR` to write overload.svg and the tables of OVERLOAD.md there. Takes about a quarter of an hour;
 * `--again FILE` takes the measurements from the lines of an earlier run and predicts anew, in a second.
 */
export async function* run(args: string[]): AsyncGenerator<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      series: { type: 'string', default: overloadSeries.map(({ name }) => name).join(',') },
      pods: { type: 'string', default: '6000' },
      version: { type: 'string' },
      docs: { type: 'string' },
      again: { type: 'string' },
    },
  })
  const folder = values.docs && path.resolve(process.env.INIT_CWD ?? '.', values.docs)
  if (values.again) {
    const figures = await predictAgain(path.resolve(process.env.INIT_CWD ?? '.', values.again))
    for (const figure of figures) yield { ...figure }
    if (folder) await writeOverloadDocs(folder, figures)
    return
  }
  const wanted = values.series.split(',')
  const unknown = wanted.find(name => !overloadSeries.some(series => series.name === name))
  if (unknown !== undefined) throw new Error(`--series: there is no "${unknown}"`)
  const figures: OverloadFigure[] = []
  for (const series of overloadSeries.filter(({ name }) => wanted.includes(name))) {
    const laboratory = await startLaboratory({
      nodes,
      pods: Number(values.pods),
      inflight: series.inflight,
      mutatingInflight: series.mutating,
      minor: values.version,
      say: line => console.error(line),
    })
    try {
      const machine = await measureMachine(laboratory, nodes + Number(values.pods))
      yield { series: series.name, kubernetes: laboratory.version, ...machine }
      for await (const figure of runSeries(laboratory, machine, series)) {
        figures.push(figure)
        yield { ...figure }
      }
    } finally {
      await laboratory.stop()
    }
  }
  if (folder) await writeOverloadDocs(folder, figures)
}

/** The figures of an earlier run, with what today's model says to them. */
async function predictAgain(file: string): Promise<OverloadFigure[]> {
  const machines = new Map<string, Machine>()
  const figures: OverloadFigure[] = []
  for (const line of (await readFile(file, 'utf8')).split('\n').filter(Boolean)) {
    const figure = JSON.parse(line) as OverloadFigure | (Machine & { series: string })
    const series = overloadSeries.find(({ name }) => name === figure.series)
    if (!series) throw new Error(`${file} tells of a series "${figure.series}" that is not known`)
    if (!('measured' in figure)) machines.set(figure.series, figure)
    else {
      const machine = machines.get(figure.series)
      if (!machine) throw new Error(`${file} does not tell what machine the series "${figure.series}" ran on`)
      const { callers, measured } = figure
      figures.push({
        series: series.name,
        callers,
        measured,
        predicted: predictStep(machine, series, callers),
      })
    }
  }
  return figures
}

async function* runSeries(
  laboratory: Laboratory,
  machine: Machine,
  series: Series,
): AsyncGenerator<OverloadFigure> {
  const load = await startLoad({
    ...lists(laboratory),
    megabytesPerSecond: series.megabytesPerSecond,
    mostAgents: Math.max(...series.callers),
  })
  try {
    for (const callers of series.callers) {
      const measured = await measureStep(laboratory, load, series, callers)
      yield { series: series.name, callers, measured, predicted: predictStep(machine, series, callers) }
    }
  } finally {
    await load.stop()
  }
}

/** One caller alone, the median of what it saw: the model starts from this machine's own pace. */
async function measureMachine(laboratory: Laboratory, pods: number): Promise<Machine> {
  const load = await startLoad({ ...lists(laboratory), mostAgents: 1 })
  try {
    load.setCallers(1)
    await sleep(aloneSeconds * 1000)
    const times = load.takeServed().toSorted((a, b) => a - b)
    const listSeconds = times[Math.floor(times.length / 2)]
    if (listSeconds === undefined) throw new Error(`no LIST was served in ${aloneSeconds} s`)
    return {
      cores: cpus().length,
      nodes,
      pods,
      listSeconds: Number(listSeconds.toFixed(3)),
      listMegabytes: Number((load.latest().bytes / 1e6 / times.length).toFixed(1)),
    }
  } finally {
    await load.stop()
  }
}

const lists = ({ kubeconfigPath }: Laboratory) => ({
  kubeconfigPath,
  context: 'telemetry',
  path: '/api/v1/pods',
  periodSeconds: 0,
  timeoutSeconds: 60,
})
