import { z } from 'zod'
import type { KubeResult } from '../kube/types'
import { isFailure, type JobContext, type JobOutcome, toObservation } from './probe-job'
import { parseJson, readWorkloads, timeOf } from './read-workloads'
import type { InventoryFact, WorkloadSeen } from './types'

const TIMEOUT_MS = 20_000
const MAX_LIST_BYTES = 2 << 20
const MAX_OBJECT_BYTES = 256 << 10
const MAX_COREFILE = 64 << 10
const LIMIT = 250
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json'

const RESOURCES = { DaemonSet: 'daemonsets', Deployment: 'deployments', StatefulSet: 'statefulsets' } as const

/** A fact without what the context adds. */
type Learned = InventoryFact extends infer F
  ? F extends InventoryFact
    ? Omit<F, 'clusterId' | 'laneId' | 'at'>
    : never
  : never

/**
 * Lists workloads of one kind, at most 250 and 2 MB. DaemonSets are few, so they are read whole, with images and
 * service account; once that is too large, and for the other kinds always, metadata is read only.
 */
export async function runWorkloads(kind: WorkloadSeen['kind'], context: JobContext): Promise<JobOutcome> {
  const whole = kind === 'DaemonSet' && !context.memory.metadataOnly
  const result = await context.ask(context.lane, {
    path: `/apis/apps/v1/${RESOURCES[kind]}?limit=${LIMIT}`,
    timeoutMs: TIMEOUT_MS,
    accept: whole ? undefined : METADATA_LIST,
    maxBytes: MAX_LIST_BYTES,
  })
  const { memory } = context
  if (whole && result.truncated) memory.metadataOnly = true
  const read = result.status === 200 ? readWorkloads(kind, result.body, memory.workloads) : undefined
  if (read) memory.workloads = new Map(read.workloads.map(workload => [workload.uid, workload]))
  return report(context, `LIST ${RESOURCES[kind]}`, result, read && { fact: 'workloads', kind, ...read })
}

/** Reads `/version` of the API server. */
export async function runVersion(context: JobContext): Promise<JobOutcome> {
  const result = await context.ask(context.lane, small('/version'))
  const version = z
    .object({ gitVersion: z.string(), platform: z.string().catch('') })
    .safeParse(parseJson(result.body))
  const { data } = version
  return report(
    context,
    'GET version',
    result,
    data && {
      fact: 'version',
      gitVersion: data.gitVersion.slice(0, 64),
      platform: data.platform.slice(0, 64),
    },
  )
}

const configMap = z.object({
  metadata: z.object({ resourceVersion: z.string().catch('') }),
  data: z.record(z.string(), z.unknown()).catch({}),
})

/** Reads the Corefile of CoreDNS or of the node-local cache while there is time; it is needed when there is none. */
export async function runCorefile(
  name: 'coredns' | 'node-local-dns',
  context: JobContext,
): Promise<JobOutcome> {
  const result = await context.ask(context.lane, small(`/api/v1/namespaces/kube-system/configmaps/${name}`))
  const { data } = configMap.safeParse(parseJson(result.body))
  const corefile = data?.data.Corefile
  const absent = result.status === 404
  const learned: Learned | undefined =
    typeof corefile === 'string' && result.status === 200
      ? {
          fact: 'corefile',
          name,
          corefile: corefile.slice(0, MAX_COREFILE),
          resourceVersion: data?.metadata.resourceVersion.slice(0, 64),
        }
      : absent
        ? { fact: 'corefile', name }
        : undefined
  const outcome = report(context, `GET configmap ${name}`, result, learned)
  return absent ? { failed: false } : outcome
}

const lease = z.object({
  spec: z.object({
    renewTime: z.string().optional().catch(undefined),
    holderIdentity: z.string().optional().catch(undefined),
  }),
})

/**
 * Reads when the controller manager last renewed its lease. It exits when the API server is away for 10 s, and
 * without it deleted workloads leave their pods running (measured on Kubernetes 1.20.2).
 */
export async function runLease(context: JobContext): Promise<JobOutcome> {
  const path = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager'
  const result = await context.ask(context.lane, small(path))
  const { data } = lease.safeParse(parseJson(result.body))
  return report(
    context,
    'GET lease kube-controller-manager',
    result,
    result.status === 200 && data
      ? {
          fact: 'controller-manager',
          renewAt: timeOf(data.spec.renewTime),
          holder: data.spec.holderIdentity?.slice(0, 256),
        }
      : undefined,
  )
}

function small(path: string) {
  return { path, timeoutMs: TIMEOUT_MS, maxBytes: MAX_OBJECT_BYTES }
}

function report(
  context: JobContext,
  what: string,
  result: KubeResult,
  learned: Learned | undefined,
): JobOutcome {
  const observation = toObservation(context, 'inventory', result)
  const unread =
    result.status === 200 && !learned
      ? `; the body could not be read${result.truncated ? ', it is too large' : ''}`
      : ''
  observation.detail = `${what}: ${observation.detail}${unread}`.slice(0, 256)
  context.observe(observation)
  if (learned) {
    const at = { clusterId: context.cluster.id, laneId: result.laneId, at: result.startedAt }
    context.learn({ ...learned, ...at } as InventoryFact)
  }
  return {
    failed: isFailure(result) || result.status >= 400 || unread !== '',
    retryAfterMs: result.retryAfterMs,
  }
}
