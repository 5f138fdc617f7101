'use client'

import Link from 'next/link'
import { useRef } from 'react'
import { count } from '@/lib/client/format-number'
import { clockTime, countdown } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import { byWorst } from '@/lib/client/severity'
import { useServerNow } from '@/lib/client/use-live'
import type { FleetClusterDto } from '@/lib/wire/fleet'
import { Glyph } from '../ui/glyph'
import { ScrollRegion } from '../ui/scroll-region'
import { FUSE_LOOK } from '../ui/state-look'
import { StateLabel } from '../ui/state-marks'
import { type Column, TableHead } from '../ui/table-head'

const COLUMNS: readonly Column[] = [
  'Cluster',
  'Region',
  ['Nodes', 'r'],
  'Control plane',
  'Since',
  'DNS caches',
  'Why',
]

/** The same fleet as rows, worst first when the table was opened; rows keep their place while it is open. */
export function FleetTable({ clusters }: { clusters: readonly FleetClusterDto[] }) {
  const zone = useZone()
  const order = useRef<Map<string, number>>(new Map())
  // Clusters that were not there when the table was opened come last, in their own order.
  const fresh = clusters.filter(c => !order.current.has(c.id)).sort(byWorst)
  for (const c of fresh) order.current.set(c.id, order.current.size)
  const place = (c: FleetClusterDto) => order.current.get(c.id) ?? 0
  const rows = [...clusters].sort((a, b) => place(a) - place(b))
  return (
    <ScrollRegion label="Clusters">
      <table className="table">
        <TableHead columns={COLUMNS} />
        <tbody>
          {rows.map(cluster => (
            <tr key={cluster.id} className="row-link">
              <th scope="row">
                <Link className="mono" href={`/clusters/${encodeURIComponent(cluster.id)}`}>
                  {cluster.name}
                </Link>
              </th>
              <td className="dim">{cluster.region}</td>
              <td className="r">{cluster.nodes === null ? 'not known' : count(cluster.nodes)}</td>
              <td>
                <StateLabel state={cluster.controlPlane.state} />
              </td>
              <td className="mono mute">{clockTime(Date.parse(cluster.controlPlane.since), zone)}</td>
              <td>
                <FuseCell cluster={cluster} />
              </td>
              <td className="dim why clip">
                {cluster.problem?.message ?? cluster.controlPlane.reasons[0]?.text ?? ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

function FuseCell({ cluster }: { cluster: FleetClusterDto }) {
  const now = useServerNow()
  const { state, dryAt } = cluster.dataPlane
  const look = FUSE_LOOK[state]
  return (
    <span className={`state ${look.textClass}`}>
      <Glyph name={look.glyph} />
      {look.word}
      {state === 'Burning' && dryAt && now !== null && (
        <span className="mono">{countdown(Date.parse(dryAt) - now)}</span>
      )}
    </span>
  )
}
