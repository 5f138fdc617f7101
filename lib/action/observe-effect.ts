import type { Clock } from '../clock/clock'
import type { ClusterClient } from '../kube/types'
import { askCluster, jsonBody } from './ask-cluster'
import { mapConcurrently } from './map-concurrently'
import type { TargetSource } from './ports'
import { asRecord } from './saved-object'
import type { ShotRow } from './store'
import { podsPath } from './workload-paths'

/** What a look at one cluster told. */
export interface Observed {
  pods?: { count: number | 'some'; at: number; before?: number | 'some' }
  collectorGone?: boolean
}

/** One cluster to look at, with the selector of the pods that shall go. */
export interface LookTarget {
  clusterId: string
  namespace: string
  selector: string
  /** Pods it had by plan. */
  planned?: number
}

/** Only while an action runs, at most every ten seconds a cluster, half as often where it does not answer. */
const EVERY_MS = 10_000
const EVERY_UNANSWERED_MS = 20_000
const BUDGET_MS = 8_000
const CONCURRENCY = 24
/** Up to this many pods are counted; beyond, one is enough to see that there are some. */
const COUNTED_PODS = 500
/** The controller manager renews its lease every 2 s and loses it after 15 s. */
const LEASE_STALE_MS = 30_000
const LEASE_PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager'
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json'

/** Looks whether pods fall and whether anybody collects them, at a bounded rate; remembers the newest answers. */
export function createEffectObserver(clock: Clock, client: ClusterClient, source: TargetSource) {
  const seen = new Map<string, Observed>()
  const dueAt = new Map<string, number>()

  async function look({ clusterId, namespace, selector, planned }: LookTarget): Promise<void> {
    const facts = source.cluster(clusterId)
    if (!facts) return
    const last = seen.get(clusterId)
    // A list with a selector tells no remainingItemCount, so that few are listed and many only seen to be there.
    const limit = (planned ?? Number.POSITIVE_INFINITY) <= COUNTED_PODS ? COUNTED_PODS : 1
    const path = podsPath(namespace, selector, limit)
    const result = await askCluster(
      client,
      clock,
      facts,
      { method: 'GET', path, accept: METADATA_ONLY },
      BUDGET_MS,
    )
    const list = result?.status === 200 ? jsonBody(result) : undefined
    dueAt.set(clusterId, clock.now() + (list ? EVERY_MS : EVERY_UNANSWERED_MS))
    // An API server tells an empty list of metadata as `items: null` (measured on kube-apiserver 1.37.2).
    const items = list?.items === null ? [] : list?.items
    if (!list || !Array.isArray(items)) return
    const count = podCount(items.length, asRecord(list.metadata))
    const next: Observed = { ...last, pods: { count, at: clock.now(), before: last?.pods?.count } }
    if (count !== 0 && last?.collectorGone === undefined) {
      const lease = await askCluster(client, clock, facts, { method: 'GET', path: LEASE_PATH }, BUDGET_MS)
      next.collectorGone = collectorGone(lease?.status ?? 0, jsonBody(lease), clock.now())
    }
    seen.set(clusterId, next)
  }

  return {
    observed: (clusterId: string): Observed | undefined => seen.get(clusterId),
    /** Looks at those that are due. @returns how many were */
    async lookAt(targets: readonly LookTarget[]): Promise<number> {
      const due = targets.filter(target => (dueAt.get(target.clusterId) ?? 0) <= clock.now())
      await mapConcurrently(due, CONCURRENCY, look)
      return due.length
    },
    forget(clusterId: string): void {
      seen.delete(clusterId)
      dueAt.delete(clusterId)
    },
  }
}

function podCount(items: number, metadata: Record<string, unknown>): number | 'some' {
  if (typeof metadata.remainingItemCount === 'number') return items + metadata.remainingItemCount
  return metadata.continue ? 'some' : items
}

/** True when its lease is stale, false when it is fresh, undefined when that could not be read. */
function collectorGone(
  status: number,
  lease: Record<string, unknown> | undefined,
  now: number,
): boolean | undefined {
  if (status !== 200 || !lease) return undefined
  const renewedAt = Date.parse(String(asRecord(lease.spec).renewTime))
  return Number.isNaN(renewedAt) ? undefined : now - renewedAt > LEASE_STALE_MS
}

/** The pods that a cluster's delete-pods step names. */
export function lookTargetOf(shot: ShotRow, planned: number | undefined): LookTarget | undefined {
  const match = /^\/api\/v1\/namespaces\/([^/]+)\/pods\?(.*)$/.exec(shot.write.path)
  const selector = match && new URLSearchParams(match[2]).get('labelSelector')
  if (!match?.[1] || !selector) return undefined
  return { clusterId: shot.clusterId, namespace: decodeURIComponent(match[1]), selector, planned }
}
