'use client'

import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { plural } from '@/lib/client/format-number'
import { clusterQuery } from '@/lib/client/queries'
import { useRemoval } from '../action/use-removal'
import { findWorkloads } from '../cluster/find-workloads'
import { closePalette } from './palette-state'

const SHOWN_WORKLOADS = 40

/** The workloads of one cluster, to choose the one whose removal is planned there. */
export function PaletteRemoval({ clusterId, query }: { clusterId: string; query: string }) {
  const removal = useRemoval()
  const { data: cluster, isError } = useQuery(clusterQuery(clusterId))
  if (!cluster)
    return (
      <Command.Empty>
        {isError ? `${clusterId} could not be read.` : `Reading the workloads of ${clusterId}.`}
      </Command.Empty>
    )
  const found = findWorkloads(cluster.workloads, query)
  if (found.length === 0)
    return (
      <Command.Empty>
        {cluster.workloads.length === 0
          ? `No workload of ${cluster.name} is known.`
          : `No workload of ${cluster.name} has “${query}”.`}
      </Command.Empty>
    )
  return (
    <Command.Group heading={`Remove from ${cluster.name}, ${plural(found.length, 'workload')}, newest first`}>
      {found.slice(0, SHOWN_WORKLOADS).map(workload => (
        <Command.Item
          key={`${workload.kind}/${workload.namespace}/${workload.name}`}
          value={`remove ${workload.kind}/${workload.namespace}/${workload.name}`}
          onSelect={() => {
            closePalette()
            removal.begin(workload, clusterId)
          }}
        >
          <span className="mono clip">{workload.name}</span>
          <span className="mute end">
            {workload.kind} in {workload.namespace}
          </span>
        </Command.Item>
      ))}
    </Command.Group>
  )
}
