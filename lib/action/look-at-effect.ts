import type { Clock } from '../clock/clock'
import type { ClusterClient } from '../kube/types'
import { askCluster, jsonBody, lanesForReading } from './ask-cluster'
import { identityOf } from './caller'
import type { LookTarget, Observed } from './effect-terms'
import { METADATA_ONLY } from './metadata-only'
import { patchGoalReached } from './patch-goal'
import type { ClusterFacts } from './ports'
import { asRecord } from './saved-object'
import type { CallerTarget } from './types'
import { podsPath } from './workload-paths'

interface LookDeps {
  clock: Clock
  client: ClusterClient
  facts: ClusterFacts
}

const BUDGET_MS = 8_000
/** Up to this many pods are counted; beyond, one is enough to see that there are some. */
const COUNTED_PODS = 500
/** The controller manager renews its lease every 2 s and loses it after 15 s. */
const LEASE_STALE_MS = 30_000
const LEASE_PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager'
/** In every answer that priority and fairness had a say in, whatever its status (KEP-1040). */
const SCHEMA_HEADER = 'x-kubernetes-pf-flowschema-uid'

/** Whether pods fall and whether anybody collects them; undefined when it was not answered. */
export async function lookAtPods(
  { clock, client, facts }: LookDeps,
  { namespace, selector, planned }: Extract<LookTarget, { what: 'pods' }>,
  last: Observed | undefined,
): Promise<Observed | undefined> {
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
  // An API server tells an empty list of metadata as `items: null` (measured on kube-apiserver 1.37.2).
  const items = list?.items === null ? [] : list?.items
  if (!list || !Array.isArray(items)) return undefined
  const count = podCount(items.length, asRecord(list.metadata))
  const told: Observed = { pods: { count, at: clock.now(), before: last?.pods?.count } }
  if (count !== 0 && last?.collectorGone === undefined) {
    const lease = await askCluster(client, clock, facts, { method: 'GET', path: LEASE_PATH }, BUDGET_MS)
    told.collectorGone = collectorGone(lease?.status ?? 0, jsonBody(lease), clock.now())
  }
  return told
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

/**
 * Whether the workload's controller has seen the change and brought its pods there. Only a new template asks for new
 * pods: one that may run in fewer places is in effect when they are gone from the others.
 */
export async function lookAtWorkload(
  { clock, client, facts }: LookDeps,
  { path, newPods }: Extract<LookTarget, { what: 'workload' }>,
): Promise<Observed | undefined> {
  const result = await askCluster(client, clock, facts, { method: 'GET', path }, BUDGET_MS)
  const object = result?.status === 200 ? jsonBody(result) : undefined
  if (!object) return undefined
  const status = asRecord(object.status)
  if (number(status.observedGeneration) < number(asRecord(object.metadata).generation))
    return { converged: { is: false, words: 'its controller has not seen the change yet' } }
  if (object.kind === 'DaemonSet') {
    const there = number(status.currentNumberScheduled) + number(status.numberMisscheduled)
    const updated = newPods ? number(status.updatedNumberScheduled) : undefined
    return { converged: compare('pods', there, number(status.desiredNumberScheduled), { new: updated }) }
  }
  const wanted = number(asRecord(object.spec).replicas)
  const updated = newPods ? number(status.updatedReplicas) : undefined
  return { converged: compare('replicas', number(status.replicas), wanted, { new: updated }) }
}

const number = (value: unknown) => (typeof value === 'number' ? value : 0)

/** Whether all that is wanted is there, and each of the kinds counted besides, where they count. */
function compare(
  noun: string,
  there: number,
  wanted: number,
  kinds: Record<string, number | undefined>,
): NonNullable<Observed['converged']> {
  const counted = Object.entries(kinds).filter(([, count]) => count !== undefined)
  const words = counted.map(([kind, count]) => `, ${count} of them ${kind}`).join('')
  return {
    is: there === wanted && counted.every(([, count]) => count === wanted),
    words: `${there} ${noun} where ${wanted} are wanted${words}`,
  }
}

/**
 * Which of the objects are as their patches want them. Those that were found so before are not asked for again; what
 * there is no time for is left to the next look.
 */
export async function lookAtObjects(
  { clock, client, facts }: LookDeps,
  { writes }: Extract<LookTarget, { what: 'objects' }>,
): Promise<Observed | undefined> {
  const inEffect = new Set<string>()
  const until = clock.now() + BUDGET_MS
  for (const { shotId, path, body } of writes) {
    if (clock.now() >= until) break
    const result = await askCluster(client, clock, facts, { method: 'GET', path }, BUDGET_MS)
    if (result?.status !== 200) break
    if (patchGoalReached(body, jsonBody(result))) inEffect.add(shotId)
  }
  return inEffect.size > 0 ? { inEffect } : undefined
}

/** Whether the machines that were asked for are there; Cluster API makes and removes them over minutes. */
export async function lookAtMachines(
  { clock, client, facts }: LookDeps,
  path: string,
): Promise<Observed | undefined> {
  const result = await askCluster(client, clock, facts, { method: 'GET', path }, BUDGET_MS)
  const object = result?.status === 200 ? jsonBody(result) : undefined
  if (!object) return undefined
  const status = asRecord(object.status)
  const wanted = number(asRecord(object.spec).replicas)
  const ready = number(status.readyReplicas)
  return { converged: compare('machines', number(status.replicas), wanted, { ready }) }
}

/**
 * Whether the caller's requests go to our FlowSchema: one small request in its name, whose answer names the schema
 * that took it. Where no lane may act for others that cannot be shown.
 * @param path of the FlowSchema
 */
export async function lookAtMute(
  { clock, client, facts }: LookDeps,
  path: string,
  caller: CallerTarget,
): Promise<Observed | undefined> {
  const schema = await askCluster(client, clock, facts, { method: 'GET', path }, BUDGET_MS)
  const uid = schema?.status === 200 ? asRecord(jsonBody(schema)?.metadata).uid : undefined
  if (typeof uid !== 'string') return undefined
  const until = clock.now() + BUDGET_MS
  let refused = 0
  const lanes = lanesForReading(facts).filter(lane => typeof lane.user.as !== 'string')
  for (const lane of lanes) {
    const left = until - clock.now()
    if (left <= 0) break
    const { status, headers } = await client.request(lane, {
      method: 'GET',
      path: '/version',
      timeoutMs: left,
      actAs: identityOf(caller),
    })
    const taker = headers[SCHEMA_HEADER]
    if (taker === uid) return { muted: 'proven' }
    if (taker !== undefined) return { muted: 'not-yet' }
    if (status === 401 || status === 403) refused++
  }
  return refused === lanes.length ? { muted: 'unprovable' } : undefined
}
