'use client'

import { count, percent } from '@/lib/client/format-number'
import { useViewState } from '@/lib/client/search-params'
import type { ClusterDetailDto } from '@/lib/wire/cluster-detail'
import { Empty, Panel } from '../ui/panel'
import { ScrollRegion } from '../ui/scroll-region'
import { type Column, TableHead } from '../ui/table-head'
import { WorkloadTable } from './workload-table'

const TABS = [
  ['callers', 'Callers'],
  ['workloads', 'Workloads'],
  ['objects', 'Objects'],
] as const

const CALLER_COLUMNS: readonly Column[] = [
  'Flow schema',
  'Priority level',
  'Share of seats',
  ['Executing', 'r'],
  ['Queued', 'r'],
]
const OBJECT_COLUMNS: readonly Column[] = ['Resource', ['Stored', 'r']]

/** Who holds the seats, what runs here, and how much the server has to store. */
export function CallersPanel({ cluster }: { cluster: ClusterDetailDto }) {
  const [{ show: tab }, setView] = useViewState()
  const word = TABS.find(([id]) => id === tab)?.[1] ?? ''
  return (
    <Panel
      id="callers"
      className={tab === 'workloads' ? 'callers tall' : 'callers'}
      title={word}
      meta={
        tab === 'callers'
          ? 'by flow schema, from the priority and fairness metrics'
          : tab === 'workloads'
            ? 'as last read from the cluster, newest change first'
            : 'stored objects by resource'
      }
      right={
        <fieldset className="seg">
          <legend className="sr">Show</legend>
          {TABS.map(([id, name]) => (
            <button key={id} type="button" aria-pressed={tab === id} onClick={() => setView({ show: id })}>
              {name}
            </button>
          ))}
        </fieldset>
      }
    >
      {tab === 'workloads' ? (
        <WorkloadTable cluster={cluster} />
      ) : (
        <ScrollRegion label={`${word}, table`}>
          {tab === 'callers' ? <Callers cluster={cluster} /> : <Objects cluster={cluster} />}
        </ScrollRegion>
      )}
    </Panel>
  )
}

function Callers({ cluster }: { cluster: ClusterDetailDto }) {
  const flows = [...cluster.flowSchemas].sort((a, b) => (b.share ?? 0) - (a.share ?? 0))
  if (flows.length === 0) return <Empty title="No caller is told">Metrics were not read yet.</Empty>
  const figure = (n: number | null) => (n === null ? 'n/a' : n === 0 ? '·' : count(n))
  return (
    <table className="table">
      <TableHead columns={CALLER_COLUMNS} />
      <tbody>
        {flows.map((flow, i) => (
          <tr key={flow.name} className={i === 0 && (flow.share ?? 0) > 0.5 ? 'top' : ''}>
            <th scope="row">{flow.name}</th>
            <td className="mute">{flow.priorityLevel}</td>
            <td>
              <span className="share">
                <i style={{ width: `${(flow.share ?? 0) * 100}%` }} />
              </span>
              {flow.share === null ? 'n/a' : percent(flow.share)}
            </td>
            <td className="r">{figure(flow.executing)}</td>
            <td className="r">{figure(flow.queued)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Objects({ cluster }: { cluster: ClusterDetailDto }) {
  const rows = Object.entries(cluster.objects).sort(([, a], [, b]) => b - a)
  if (rows.length === 0) return <Empty title="No count is known">Metrics were not read yet.</Empty>
  return (
    <table className="table">
      <TableHead columns={OBJECT_COLUMNS} />
      <tbody>
        {rows.map(([resource, n]) => (
          <tr key={resource}>
            <th scope="row" className="mono">
              {resource}
            </th>
            <td className="r">{count(n)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
