'use client'

import { useState } from 'react'
import { count } from '@/lib/client/format-number'
import { clockTime, dateTime, shortDate, span } from '@/lib/client/format-time'
import { useZone } from '@/lib/client/preferences'
import type { ClusterDetailDto } from '@/lib/wire/cluster-detail'
import { useRemoval } from '../action/use-removal'
import { Empty } from '../ui/panel'
import { ScrollRegion } from '../ui/scroll-region'
import { findWorkloads, imageName, type Workload } from './find-workloads'

/** Fewer are seen at a glance. */
const SEARCHED_FROM = 8
const DAY_MS = 86_400_000

/** What runs on a cluster, newest change first, each with a way to plan its removal. */
export function WorkloadTable({ cluster }: { cluster: ClusterDetailDto }) {
  const [query, setQuery] = useState('')
  const { workloads, workloadsKnown } = cluster
  if (workloads.length === 0)
    return <Empty title="No workload is known">The cluster was not listed yet.</Empty>
  const found = findWorkloads(workloads, query)
  const isSearchable = workloads.length >= SEARCHED_FROM
  return (
    <>
      {isSearchable && (
        <search className="workload-search">
          <input
            type="search"
            className="field"
            aria-label="Search workloads"
            placeholder="Name, namespace, kind or image"
            maxLength={253}
            value={query}
            onChange={event => setQuery(event.target.value)}
          />
          <p className="mute" role="status">
            {count(found.length)} of {count(workloadsKnown.total)}
            {workloads.length < workloadsKnown.total &&
              `, of which ${count(workloads.length)} can be searched`}
            {workloadsKnown.truncated && '; the cluster has more'}
          </p>
        </search>
      )}
      <ScrollRegion label="Workloads, table">
        {found.length === 0 ? (
          <Empty title={`No workload has “${query}”`}>Name, namespace, kind and image were searched.</Empty>
        ) : (
          <table className="table workloads">
            <thead>
              <tr>
                <th scope="col">Workload</th>
                <th scope="col" className="wide">
                  Image
                </th>
                <th scope="col" className="r">
                  Pods ready
                </th>
                <th scope="col" className="wide">
                  Age
                </th>
                <th scope="col" className="wide">
                  Changed
                </th>
                <th scope="col">
                  <span className="sr">Remove</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {found.map(workload => (
                <Row
                  key={`${workload.kind}/${workload.namespace}/${workload.name}`}
                  workload={workload}
                  clusterId={cluster.id}
                  now={Date.parse(cluster.at)}
                />
              ))}
            </tbody>
          </table>
        )}
      </ScrollRegion>
    </>
  )
}

function Row({ workload, clusterId, now }: { workload: Workload; clusterId: string; now: number }) {
  const removal = useRemoval()
  const { kind, namespace, name, image, version, desiredPods, readyPods } = workload
  return (
    <tr>
      <th scope="row">
        <span className="mono clip" title={name}>
          {name}
        </span>
        <small className="clip">
          {kind} in {namespace}
        </small>
      </th>
      <td className="wide">
        <span className="clip" title={image ?? undefined}>
          {image ? imageName(image) : version ? `version ${version}` : <span className="mute">not read</span>}
        </span>
      </td>
      <td className="r">
        {desiredPods === null ? (
          <span className="mute">not read</span>
        ) : (
          `${readyPods === null ? '?' : count(readyPods)}/${count(desiredPods)}`
        )}
      </td>
      <td className="wide">
        <Age at={workload.createdAt} now={now} />
      </td>
      <td className="wide">
        <Changed at={workload.changedAt} now={now} />
      </td>
      <td className="r">
        <button
          type="button"
          className="btn small"
          aria-disabled={!removal.canRemove(workload)}
          title={removal.locked ?? undefined}
          onClick={() => removal.begin(workload, clusterId)}
        >
          Remove…<span className="sr"> {`${kind} ${namespace}/${name}`}</span>
        </button>
      </td>
    </tr>
  )
}

function Age({ at, now }: { at: string | null; now: number }) {
  const zone = useZone()
  if (at === null) return <span className="mute">not told</span>
  return (
    <time dateTime={at} title={dateTime(Date.parse(at), zone)}>
      {span(now - Date.parse(at))}
    </time>
  )
}

function Changed({ at, now }: { at: string | null; now: number }) {
  const zone = useZone()
  if (at === null) return <span className="mute">not told</span>
  const time = Date.parse(at)
  return (
    <>
      {span(now - time)} ago
      <small>{now - time < DAY_MS ? clockTime(time, zone) : shortDate(time, zone)}</small>
    </>
  )
}
