'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { bytes, significant } from '@/lib/client/format-number'
import { ProblemError, wordsOf } from '@/lib/client/problem-error'
import { productNames } from '@/lib/client/product-names'
import { clusterQuery, warRoomQuery } from '@/lib/client/queries'
import type { ClusterDetailDto } from '@/lib/wire/cluster-detail'
import { DnsPanel } from '../dns/dns-panel'
import { Entries } from '../incident/incident-feed'
import { Empty, Failure, Panel, Skeleton } from '../ui/panel'
import { CallersPanel } from './callers-panel'
import { ClusterVerdict } from './cluster-verdict'
import { LaneLadder } from './lane-ladder'
import { ProveLanes } from './prove-lanes'
import { ServerSignals } from './server-signals'

/** One cluster: the verdict with its reasons, the ways in, its servers' own signals, its DNS chain, what happened. */
export function ClusterView({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(clusterQuery(id))
  const { data: room } = useQuery(warRoomQuery)
  if (!data) {
    const isGone = error instanceof ProblemError && error.status === 404
    return (
      <main className="one-panel">
        {isGone ? (
          <Empty title={`No cluster is called ${id}`}>
            It is not in any source that Holdfast reads. <Link href="/clusters">All clusters</Link>
          </Empty>
        ) : error ? (
          <Failure title="This cluster could not be read" {...wordsOf(error)} onRetry={() => refetch()} />
        ) : (
          <Skeleton lines={6} />
        )}
      </main>
    )
  }
  // The stream is quicker than the next question: its verdict and fuse go first.
  const live = room?.fleet.clusters.find(c => c.id === id)
  const cluster: ClusterDetailDto = live ? { ...data, ...live } : data
  return (
    <main className="cluster-page" data-testid="cluster-page">
      <ClusterVerdict
        cluster={cluster}
        products={productNames(cluster.products, room?.fleet.products ?? [])}
        burning={room?.fuses.burning ?? 0}
      />
      <Panel
        id="lanes"
        className="lanes"
        title="Ways in"
        meta={`${cluster.lanes.filter(lane => lane.proof.proven).length} of ${cluster.lanes.length} proven`}
        right={<ProveLanes id={cluster.id} />}
      >
        <LaneLadder lanes={cluster.lanes} />
      </Panel>
      <Panel
        id="signals"
        className="signals"
        title="API servers"
        meta="each server drawn on its own, 30 min"
        right={
          <span className="mute">
            watching costs {significant(cluster.cost.requestsPerMinute)} req/min,{' '}
            {bytes(cluster.cost.bytesPerMinute)}
            /min
          </span>
        }
      >
        <ServerSignals cluster={cluster} />
      </Panel>
      <CallersPanel cluster={cluster} />
      <DnsPanel cluster={cluster} />
      <Panel id="log" className="log" title="Timeline" meta="of this cluster">
        {cluster.timeline.length > 0 ? (
          <Entries entries={cluster.timeline} />
        ) : (
          <Empty title="Nothing has happened here">Changes of state, actions and notes appear here.</Empty>
        )}
      </Panel>
    </main>
  )
}
