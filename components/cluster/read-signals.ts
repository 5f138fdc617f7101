import type { ClusterDetailDto, ServerSeriesDto } from '@/lib/wire/cluster-detail'
import type { Series } from '../chart/series'

export type ServerSignal = Exclude<keyof ServerSeriesDto['points'][number], 'at'>

/** At most this many lines and points a chart: what a chart library redraws in under 50 ms. */
const MAX_SERIES = 5
const MAX_POINTS = 360
const WINDOW_S = 1_800

/** One line per API server for one signal. */
export function serverSeries(
  servers: readonly ServerSeriesDto[],
  signal: ServerSignal,
  nowMs: number,
): Series[] {
  return servers.slice(0, MAX_SERIES).map(server => ({
    name: server.server,
    points: thin(server.points.map(p => ({ t: (Date.parse(p.at) - nowMs) / 1_000, value: p[signal] }))),
    dashed: false,
  }))
}

const PROBES = [
  ['canary', 'ordinary canary', false],
  ['exempt-canary', 'exempt canary', true],
  ['readyz', 'readyz', true],
  ['livez', 'livez', true],
] as const

/** One line per probe; a probe that was never asked has no line. */
export function latencySeries(latency: ClusterDetailDto['latency'], nowMs: number): Series[] {
  return PROBES.map(([probe, name, dashed]) => ({
    name,
    points: thin(
      latency
        .filter(p => p.probe === probe)
        .map(p => ({ t: (Date.parse(p.at) - nowMs) / 1_000, value: p.ms })),
    ),
    dashed,
  })).filter(s => s.points.length > 0)
}

/** Keeps the window and, where there are too many points, every n-th; gaps stay gaps. */
function thin(points: Series['points']): Series['points'] {
  const inWindow = points.filter(p => p.t >= -WINDOW_S && p.t <= 5)
  const step = Math.ceil(inWindow.length / MAX_POINTS)
  return step <= 1 ? inWindow : inWindow.filter((p, i) => i % step === 0 || p.value === null)
}
