'use client'

import Link from 'next/link'
import { count } from '@/lib/client/format-number'
import { clockTime, countdown } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import type { ClusterFuseDto } from '@/lib/wire/fuses'
import { Glyph } from '../ui/glyph'
import { ScrollRegion } from '../ui/scroll-region'
import { FUSE_LOOK } from '../ui/state-look'
import { type Column, TableHead } from '../ui/table-head'

const COLUMNS: readonly Column[] = [
  'Cluster',
  'Region',
  ['Nodes', 'r'],
  'State',
  'API lost',
  'T0',
  '5 % failed',
  'Half',
  'Dry',
  'Between',
  'Basis',
]

/** The same as the chart in figures: every cluster that burns or is dry, the next to go dry first. */
export function FuseTable({ clusters, nowMs }: { clusters: readonly ClusterFuseDto[]; nowMs: number }) {
  const zone = useZone()
  const at = (time: string | null) => (time === null ? '' : clockTime(Date.parse(time), zone))
  const dryAt = ({ dryAt: time }: ClusterFuseDto) =>
    time === null ? Number.POSITIVE_INFINITY : Date.parse(time)
  const rows = [...clusters].sort(
    (a, b) => Number(dryAt(a) < nowMs) - Number(dryAt(b) < nowMs) || dryAt(a) - dryAt(b),
  )
  return (
    <ScrollRegion label="Clusters whose caches run out">
      <table className="table">
        <TableHead columns={COLUMNS} />
        <tbody>
          {rows.map(fuse => {
            const look = FUSE_LOOK[fuse.state]
            const left = dryAt(fuse) - nowMs
            return (
              <tr key={fuse.clusterId} className="row-link">
                <th scope="row">
                  <Link className="mono" href={`/clusters/${encodeURIComponent(fuse.clusterId)}`}>
                    {fuse.clusterName}
                  </Link>
                </th>
                <td className="dim">{fuse.region}</td>
                <td className="r">{fuse.nodes === null ? 'not known' : count(fuse.nodes)}</td>
                <td>
                  <span className={`state ${look.textClass}`}>
                    <Glyph name={look.glyph} />
                    {look.word}
                    {left > 0 && Number.isFinite(left) && <span className="mono">{countdown(left)}</span>}
                  </span>
                </td>
                <td className="mono dim">{at(fuse.apiLostAt)}</td>
                <td className="mono dim">{at(fuse.t0At)}</td>
                <td className="mono dim">{at(fuse.firstFailureAt)}</td>
                <td className="mono dim">{at(fuse.halfAt)}</td>
                <td className="mono">{at(fuse.dryAt)}</td>
                <td className="mono mute">
                  {fuse.dryEarliestAt && `${at(fuse.dryEarliestAt)} to ${at(fuse.dryLatestAt)}`}
                </td>
                <td className="dim">{fuse.basis}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </ScrollRegion>
  )
}
