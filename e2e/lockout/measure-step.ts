import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../controlplane/api'
import type { Laboratory } from './laboratory'
import { canaryPath, type Sample, type Spread, sampleOnce, spreadOf } from './latency'
import { type Asker, askers, type Series } from './overload-series'
import type { Load } from './start-load'

const pauseMs = 150
const timeoutMs = 20_000
const level = 'workload-low'

const asked: Record<Asker, { context: string; path: string }> = {
  user: { context: 'user', path: canaryPath },
  account: { context: 'ordinary', path: canaryPath },
  exempt: { context: 'break-glass', path: canaryPath },
  probe: { context: 'user', path: '/readyz' },
  metrics: { context: 'break-glass', path: '/metrics' },
}

export interface MeasuredStep {
  askers: Record<Asker, Spread>
  /** Full LISTs served a second, and how long one took, over the same time. */
  listsPerSecond: number
  listP50Seconds: number | null
  /** How LISTs ended, by status. */
  lists: Record<string, number>
  /** Requests and seats of the LISTs' priority level that executed and waited, medians of the scrapes. */
  executing: number
  executingSeats: number
  queued: number
}

/** Loads the server with so many concurrent LISTs, lets that settle, and asks as everybody. */
export async function measureStep(
  laboratory: Laboratory,
  load: Load,
  series: Series,
  callers: number,
): Promise<MeasuredStep> {
  const { seconds } = series
  load.setCallers(callers)
  await sleep(series.settleSeconds * 1000)
  load.takeServed()
  const before = { ...load.latest().outcomes }
  const startedAt = performance.now()
  const gauges: Gauges[] = []
  const spreads = await Promise.all(
    askers.map(async asker => {
      const api = laboratory.client(asked[asker].context, 1)
      const samples: Sample[] = []
      while (performance.now() - startedAt < seconds * 1000) {
        samples.push(await sampleOnce(api, asked[asker].path, timeoutMs))
        await sleep(pauseMs)
      }
      if (asker === 'exempt') gauges.push(await readGauges(api))
      await api.close()
      return [asker, spreadOf(samples)] as const
    }),
  )
  const elapsed = (performance.now() - startedAt) / 1000
  await sleep(600) // The load process reports twice a second.
  const served = load.takeServed()
  const after = load.latest().outcomes
  const lists = Object.fromEntries(
    Object.entries(after).flatMap(([code, count]) => {
      const more = count - (before[code] ?? 0)
      return more > 0 ? [[code, more]] : []
    }),
  )
  const gauge = gauges[0] ?? { executing: 0, executingSeats: 0, queued: 0 }
  return {
    askers: Object.fromEntries(spreads) as Record<Asker, Spread>,
    listsPerSecond: Number((served.length / elapsed).toFixed(2)),
    listP50Seconds: median(served),
    lists,
    ...gauge,
  }
}

type Gauges = Pick<MeasuredStep, 'executing' | 'executingSeats' | 'queued'>

async function readGauges(api: Api): Promise<Gauges> {
  const { text } = await api.request('GET', '/metrics', { timeoutMs })
  const sum = (family: string) =>
    text
      .split('\n')
      .filter(line => line.startsWith(`apiserver_flowcontrol_${family}{`) && line.includes(`"${level}"`))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0)
  return {
    executing: sum('current_executing_requests'),
    executingSeats: sum('current_executing_seats'),
    queued: sum('current_inqueue_requests'),
  }
}

function median(values: number[]): number | null {
  const middle = values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
  return middle === undefined ? null : Number(middle.toFixed(3))
}
