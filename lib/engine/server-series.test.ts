import { describe, expect, it } from 'vitest'
import type { ApiServerSample } from '../metrics/types'
import { ServerSeries } from './server-series'

const sample = (over: Partial<ApiServerSample>): ApiServerSample => ({
  processStartAt: 1,
  requestsByCode: {},
  listsByResource: {},
  priorityLevels: [],
  flowSchemas: [],
  objectsByResource: {},
  webhooks: [],
  scannedBytes: 0,
  keptSeries: 0,
  seenSeries: 0,
  ...over,
})

describe('ServerSeries', () => {
  it('shows rates between two samples of the same process, and none across a restart', () => {
    const series = new ServerSeries()
    series.add('a', 0, sample({ cpuSecondsTotal: 100, requestsByCode: { 429: 10 } }))
    series.add('a', 10_000, sample({ cpuSecondsTotal: 120, requestsByCode: { 429: 60 } }))
    series.add('a', 20_000, sample({ processStartAt: 2, cpuSecondsTotal: 1, requestsByCode: {} }))
    const points = series.toDto()[0]?.points
    expect(points?.map(point => point.cores)).toEqual([null, 2, null])
    expect(points?.map(point => point.rejectedPerSecond)).toEqual([null, 5, null])
  })

  it('keeps servers apart and marks failed scrapes as gaps', () => {
    const series = new ServerSeries()
    series.add('b', 0, sample({ inflightReadOnly: 3 }))
    series.add('a', 0, sample({ inflightReadOnly: 7, inflightMutating: 1 }))
    series.gap('a', 5_000)
    expect(series.toDto().map(({ server, points }) => [server, points.map(point => point.inflight)])).toEqual(
      [
        ['a', [8, null]],
        ['b', [3]],
      ],
    )
  })

  it('forgets servers that are gone', () => {
    const series = new ServerSeries()
    series.add('old', 0, sample({}))
    series.add('new', 3_600_000, sample({}))
    expect(series.toDto().map(entry => entry.server)).toEqual(['new'])
  })
})
