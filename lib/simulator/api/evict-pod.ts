import type { SimulatedCluster } from '../fleet/cluster'
import { podGroups } from '../fleet/pod-groups'
import { asObject, asString, asStringMap } from '../objects/json'
import { resourceById } from '../objects/resource-table'
import type { JsonObject, KubeObject } from '../objects/types'
import { type PodGroup, podIndex } from '../objects/virtual-pods'
import { checkPreconditions, deletePod } from './delete-objects'
import { readBody, readDryRun } from './read-body'
import { findObject } from './read-objects'
import { badRequest, jsonAnswer, notFound, StatusError } from './status'
import type { ApiAnswer, ApiRequest, RequestInfo } from './types'

/** A pod that took another's place counts as healthy so long after: it has to be pulled and to become ready. */
const REPLACED_AFTER_MS = 30_000

/**
 * The `eviction` subresource of pods: a deletion that disruption budgets have a say in
 * (k8s.io/kubernetes/pkg/registry/core/pod/storage/eviction.go).
 */
export function evictPod(cluster: SimulatedCluster, info: RequestInfo, request: ApiRequest): ApiAnswer {
  const type = resourceById('pods')
  const name = info.name ?? ''
  const body = asObject(readBody(request))
  if (asString(body.kind) !== 'Eviction')
    throw badRequest(`no kind "${asString(body.kind)}" is registered for the eviction of pods`)
  const options = asObject(body.deleteOptions)
  const dryRun = readDryRun(info, request, type) || asList(options.dryRun).includes('All')
  const pod = findObject(cluster, type, info.namespace, name)
  if (!pod) throw notFound('', 'pods', name)
  const { uid, resourceVersion } = asObject(options.preconditions)
  checkPreconditions(type, pod, {
    uid: asString(uid) || undefined,
    resourceVersion: asString(resourceVersion) || undefined,
  })
  assertBudget(cluster, pod)
  if (!dryRun) takeAway(cluster, pod)
  return jsonAnswer(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 })
}

/** @throws {StatusError} 429 while a budget does not allow it, 500 when two speak of one pod */
function assertBudget(cluster: SimulatedCluster, { metadata }: KubeObject): void {
  const labels = metadata.labels ?? {}
  const budgets = cluster.store
    .list('poddisruptionbudgets.policy', metadata.namespace)
    .filter(budget => selectsAll(asObject(asObject(budget.spec).selector), labels))
  if (budgets.length > 1) {
    const why =
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'
    throw new StatusError(500, why, 'InternalError')
  }
  const [budget] = budgets
  if (!budget) return
  const { expected, healthy } = countPods(cluster, budget)
  const needed = neededOf(asObject(budget.spec), expected)
  if (healthy > needed) return
  const message = `The disruption budget ${budget.metadata.name} needs ${needed} healthy pods and has ${healthy} currently`
  throw new StatusError(
    429,
    "Cannot evict pod as it would violate the pod's disruption budget.",
    'TooManyRequests',
    { causes: [{ reason: 'DisruptionBudget', message }] },
  )
}

function countPods(cluster: SimulatedCluster, budget: KubeObject): { expected: number; healthy: number } {
  const selector = asObject(asObject(budget.spec).selector)
  let expected = 0
  let coming = 0
  for (const group of podGroups(cluster, budget.metadata.namespace)) {
    if (!selectsAll(selector, group.labels)) continue
    expected += group.count
    for (const { at } of group.moves?.values() ?? []) if (cluster.now() - at < REPLACED_AFTER_MS) coming++
  }
  return { expected, healthy: expected - coming }
}

/** How many must stay healthy: by `minAvailable`, or by `maxUnavailable`; shares are rounded up. */
function neededOf({ minAvailable, maxUnavailable }: JsonObject, expected: number): number {
  const scaled = (value: unknown) =>
    typeof value === 'number' ? value : Math.ceil((Number.parseFloat(String(value)) / 100) * expected)
  if (minAvailable !== undefined) return scaled(minAvailable)
  return Math.max(0, expected - scaled(maxUnavailable ?? 1))
}

function selectsAll(selector: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(asStringMap(selector.matchLabels)).every(([key, value]) => labels[key] === value)
}

/** A pod of a ReplicaSet or StatefulSet comes back elsewhere, one of a DaemonSet where it was. */
function takeAway(cluster: SimulatedCluster, pod: KubeObject): void {
  const { namespace, name } = pod.metadata
  const found = podGroups(cluster, namespace)
    .map(group => ({ group, index: name.startsWith(group.prefix) ? podIndex(group, name) : -1 }))
    .find(({ index }) => index >= 0)
  if (!found || found.group.perNode) deletePod(cluster, pod, false)
  else move(cluster, found.group, found.index)
}

function move(cluster: SimulatedCluster, { owner, moves }: PodGroup, index: number): void {
  const nodes = Math.max(1, Math.round(cluster.model.nodes))
  const times = (moves?.get(index)?.times ?? 0) + 1
  const mayTake = (node: number) => cluster.nodes.byIndex.get(node)?.unschedulable !== true
  const first = (index * 7919 + times * 104_729) % nodes
  let node = first
  for (let tried = 0; tried < nodes && !mayTake(node); tried++) node = (node + 1) % nodes
  const own = cluster.moves.get(owner.uid) ?? new Map()
  own.set(index, { times, node, at: cluster.now() })
  cluster.moves.set(owner.uid, own)
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
