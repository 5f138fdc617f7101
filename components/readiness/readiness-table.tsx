'use client'

import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { Fragment, useState } from 'react'
import { count } from '@/lib/client/format-number'
import { span } from '@/lib/client/format-time'
import { productNames } from '@/lib/client/product-names'
import { warRoomQuery } from '@/lib/client/queries'
import type { ReadinessClusterDto } from '@/lib/wire/readiness'
import { Glyph } from '../ui/glyph'
import { ScrollRegion } from '../ui/scroll-region'
import { type Column, TableHead } from '../ui/table-head'
import { BudgetBar } from './budget-bar'
import { ClusterChanges } from './cluster-changes'

const COLUMNS: readonly Column[] = [
  'Cluster',
  ['Names fail after', 'r'],
  'p10 to p90',
  ['Dry after', 'r'],
  'Ways in',
  ['Region', 'wide'],
  ['Products', 'wide'],
  'What shortens it',
]
/** Rows are drawn in portions: a thousand clusters at once would stall the page. */
const PORTION = 150

/** A row a cluster; opened, it shows what would lengthen its budget. */
export function ReadinessTable({
  clusters,
  barSeconds,
}: {
  clusters: readonly ReadinessClusterDto[]
  barSeconds: number
}) {
  const [open, setOpen] = useState<string | null>(null)
  const [portions, setPortions] = useState(1)
  const { data: room } = useQuery(warRoomQuery)
  const longest = Math.max(barSeconds, ...clusters.map(({ felt }) => felt.p90))
  const rows = clusters.slice(0, portions * PORTION)
  return (
    <ScrollRegion label="Clusters by survival budget">
      <table className="table ready">
        <TableHead columns={COLUMNS} />
        <tbody>
          {rows.map(cluster => (
            <Fragment key={cluster.id}>
              <Row
                cluster={cluster}
                products={productNames(cluster.products, room?.fleet.products ?? [])}
                barSeconds={barSeconds}
                longest={longest}
                isOpen={open === cluster.id}
                onToggle={() => setOpen(open === cluster.id ? null : cluster.id)}
              />
              {open === cluster.id && (
                <tr className="changes" id={`changes-${cluster.id}`}>
                  <td colSpan={COLUMNS.length}>
                    <ClusterChanges id={cluster.id} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
      {rows.length < clusters.length && (
        <button type="button" className="btn more" onClick={() => setPortions(portions + 1)}>
          Show {Math.min(PORTION, clusters.length - rows.length)} more of {clusters.length - rows.length}
        </button>
      )}
    </ScrollRegion>
  )
}

function Row({
  cluster: { id, name, region, nodes, felt, dry, basis, flags, lanes },
  products,
  barSeconds,
  longest,
  isOpen,
  onToggle,
}: {
  cluster: ReadinessClusterDto
  products: readonly string[]
  barSeconds: number
  longest: number
  isOpen: boolean
  onToggle: () => void
}) {
  const short = felt.p50 < barSeconds
  const [worst] = [...flags].sort((a, b) => Number(b.severity === 'warn') - Number(a.severity === 'warn'))
  return (
    <tr className="row-link">
      <th scope="row">
        <button
          type="button"
          className="disclose"
          aria-expanded={isOpen}
          aria-controls={isOpen ? `changes-${id}` : undefined}
          aria-label={`Changes for ${name}`}
          onClick={onToggle}
        >
          <ChevronRight size={13} aria-hidden="true" />
        </button>
        <Link className="mono" href={`/clusters/${encodeURIComponent(id)}`}>
          {name}
        </Link>
        <span className="mute nodes">{nodes === null ? 'size not known' : `${count(nodes)} nodes`}</span>
      </th>
      <td className={`r mono ${short ? 'c-warn' : ''}`}>
        {span(felt.p50 * 1_000)}
        {basis === 'assumed' && <span className="mute"> assumed</span>}
      </td>
      <td>
        <BudgetBar budget={felt} barSeconds={barSeconds} longest={longest} />
      </td>
      <td className="r mono dim">{span(dry.p50 * 1_000)}</td>
      <td>
        <LanesProven lanes={lanes} />
      </td>
      <td className="dim wide">{region}</td>
      <td className="dim wide">{products.join(', ')}</td>
      <td className="dim why clip" title={flags.map(({ text }) => text).join('\n')}>
        {worst?.text ?? 'Nothing that is known'}
        {flags.length > 1 && <span className="mute"> and {flags.length - 1} more</span>}
      </td>
    </tr>
  )
}

function LanesProven({ lanes: { total, unproven } }: { lanes: ReadinessClusterDto['lanes'] }) {
  if (total === 0) return <span className="mute">none known</span>
  if (unproven.length === 0) return <span className="dim">{total} proven</span>
  return (
    <span
      className="state c-warn"
      title={unproven.map(({ id, title, why }) => `${id} (${title}): ${why}`).join('\n')}
    >
      <Glyph name="warn" size={12} />
      {unproven.length} of {total} unproven
    </span>
  )
}
