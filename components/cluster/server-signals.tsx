'use client'

import { useState } from 'react'
import { bytes, count, millis, significant } from '@/lib/client/format-number'
import type { ClusterDetailDto } from '@/lib/wire/cluster-detail'
import { LineFigure } from '../chart/line-figure'
import { latencySeries, type ServerSignal, serverSeries } from './read-signals'
import { SeatLevels } from './seat-levels'

const MORE: readonly (readonly [ServerSignal, string, string])[] = [
  ['etcdMs', 'etcd', 'slowest requests'],
  ['cores', 'CPU', 'cores in use'],
  ['memoryBytes', 'Memory', 'resident'],
  ['inflight', 'In flight', 'requests executing'],
]

const FORMAT: Record<ServerSignal, (value: number) => string> = {
  rejectedPerSecond: v => `${significant(v)}/s`,
  etcdMs: millis,
  cores: significant,
  memoryBytes: bytes,
  inflight: count,
}

/** Four figures: latency of the probes, seats, rejections, and one more to choose. Never an average over servers. */
export function ServerSignals({ cluster }: { cluster: ClusterDetailDto }) {
  const [more, setMore] = useState<ServerSignal>('etcdMs')
  const now = Date.parse(cluster.at)
  const chosen = MORE.find(([id]) => id === more) ?? MORE[0]
  const change = latestChange(cluster, now)
  return (
    <div className="quad">
      <LineFigure
        title="Latency"
        meta="of the probes; gaps are no answer"
        series={latencySeries(cluster.latency, now)}
        format={millis}
        mark={change}
        gapWord="no answer"
      />
      <SeatLevels levels={cluster.priorityLevels} />
      <LineFigure
        title="Rejected"
        meta="429 and timeouts per second, by server"
        series={serverSeries(cluster.servers, 'rejectedPerSecond', now)}
        format={FORMAT.rejectedPerSecond}
        mark={change}
        alarming
      />
      <LineFigure
        title={chosen?.[1] ?? ''}
        meta={`${chosen?.[2] ?? ''}, by server`}
        series={serverSeries(cluster.servers, more, now)}
        format={FORMAT[more]}
        mark={change}
        right={
          <fieldset className="seg">
            <legend className="sr">Signal</legend>
            {MORE.map(([id, word]) => (
              <button key={id} type="button" aria-pressed={more === id} onClick={() => setMore(id)}>
                {word}
              </button>
            ))}
          </fieldset>
        }
      />
    </div>
  )
}

/** The newest change of a workload in the window, in seconds before now. */
function latestChange(
  cluster: ClusterDetailDto,
  now: number,
): { t: number; at: number; name: string } | null {
  const changes = cluster.workloads.flatMap(w => {
    const at = w.changedAt ?? w.createdAt
    const t = at ? (Date.parse(at) - now) / 1_000 : null
    return at && t !== null && t > -1_800 && t <= 0 ? [{ t, at: Date.parse(at), name: w.name }] : []
  })
  return changes.sort((a, b) => b.t - a.t)[0] ?? null
}
