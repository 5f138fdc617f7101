'use client'

import { useState } from 'react'
import { count, percent } from '@/lib/client/format-number'
import { dateTime } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import type { ClusterDetailDto } from '@/lib/wire/cluster-detail'
import { Empty, Panel } from '../ui/panel'
import { ScrollRegion } from '../ui/scroll-region'

const TABS = [
  ['callers', 'Callers'],
  ['workloads', 'Workloads'],
  ['objects', 'Objects'],
] as const
type Tab = (typeof TABS)[number][0]

/** Who holds the seats, what runs here, and how much the server has to store. */
export function CallersPanel({ cluster }: { cluster: ClusterDetailDto }) {
  const [tab, setTab] = useState<Tab>('callers')
  const word = TABS.find(([id]) => id === tab)?.[1] ?? ''
  return (
    <Panel
      id="callers"
      className="callers"
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
            <button key={id} type="button" aria-pressed={tab === id} onClick={() => setTab(id)}>
              {name}
            </button>
          ))}
        </fieldset>
      }
    >
      <ScrollRegion label={`${word}, table`}>
        {tab === 'callers' ? (
          <Callers cluster={cluster} />
        ) : tab === 'workloads' ? (
          <Workloads cluster={cluster} />
        ) : (
          <Objects cluster={cluster} />
        )}
      </ScrollRegion>
    </Panel>
  )
}

function Callers({ cluster }: { cluster: ClusterDetailDto }) {
  const flows = [...cluster.flowSchemas].sort((a, b) => (b.share ?? 0) - (a.share ?? 0))
  if (flows.length === 0) return <Empty title="No caller is told">Metrics were not read yet.</Empty>
  const figure = (n: number | null) => (n === null ? 'n/a' : n === 0 ? '·' : count(n))
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Flow schema</th>
          <th scope="col">Priority level</th>
          <th scope="col">Share of seats</th>
          <th scope="col" className="r">
            Executing
          </th>
          <th scope="col" className="r">
            Queued
          </th>
        </tr>
      </thead>
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

function Workloads({ cluster }: { cluster: ClusterDetailDto }) {
  const zone = useZone()
  const newest = (w: ClusterDetailDto['workloads'][number]) => w.changedAt ?? w.createdAt ?? ''
  const sorted = [...cluster.workloads].sort((a, b) => newest(b).localeCompare(newest(a)))
  if (sorted.length === 0) return <Empty title="No workload is known">The cluster was not listed yet.</Empty>
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Workload</th>
          <th scope="col">Kind</th>
          <th scope="col">Namespace</th>
          <th scope="col">Version</th>
          <th scope="col" className="r">
            Pods wanted
          </th>
          <th scope="col">Changed</th>
        </tr>
      </thead>
      <tbody>
        {sorted.map(w => (
          <tr key={`${w.kind}/${w.namespace}/${w.name}`}>
            <th scope="row" className="mono">
              {w.name}
            </th>
            <td className="dim">{w.kind}</td>
            <td className="dim">{w.namespace}</td>
            <td className="dim">{w.version ?? 'not told'}</td>
            <td className="r">{w.desiredPods === null ? 'n/a' : count(w.desiredPods)}</td>
            <td className="mono mute">
              {newest(w) === '' ? 'not known' : dateTime(Date.parse(newest(w)), zone)}
            </td>
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
      <thead>
        <tr>
          <th scope="col">Resource</th>
          <th scope="col" className="r">
            Stored
          </th>
        </tr>
      </thead>
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
