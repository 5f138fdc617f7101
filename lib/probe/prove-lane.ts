import type { Lane } from '../fleet/types'
import { getObject } from '../kube/requests/read-requests'
import { createObject, deleteObject } from '../kube/requests/write-requests'
import type { ClusterClient, KubeRequest, KubeResult } from '../kube/types'

/** One request of a proof, and what it showed. */
export interface ProofPart {
  /** Epoch ms when it was sent. */
  at: number
  ok: boolean
  /** HTTP status, 0 without an answer. */
  status: number
  durationMs: number
  /** For people, bounded in length: what was proven, or why it was not. */
  detail: string
}

/** What one lane was found fit for: to be let in and read, and to be allowed the writes of an action. */
export interface LaneProof {
  laneId: string
  /** Of what it was proven: another address or identity under the same id is another way in. */
  server: string
  context: string
  read: ProofPart
  write: ProofPart
}

/** Name of the object that a dry run would create. It never exists. */
export const PROOF_NAME = 'holdfast-lane-proof'
/** A request may wait a quarter of 60 s in a queue of priority and fairness. */
const LIMITS = { timeoutMs: 16_000, connectTimeoutMs: 5_000, maxBytes: 65_536 }
const READ = { group: '', version: 'v1', resource: 'namespaces', name: 'kube-system' }
const COLLECTION = { group: 'apps', version: 'v1', resource: 'daemonsets', namespace: 'kube-system' }
const LABELS = { 'app.kubernetes.io/name': PROOF_NAME }

/** Would run nowhere: no node carries this label. */
const OBJECT = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: PROOF_NAME, namespace: COLLECTION.namespace },
  spec: {
    selector: { matchLabels: LABELS },
    template: {
      metadata: { labels: LABELS },
      spec: {
        nodeSelector: { 'holdfast.invalid/never': 'true' },
        automountServiceAccountToken: false,
        containers: [{ name: 'none', image: 'registry.k8s.io/pause:3.10' }],
      },
    },
  },
}

/**
 * Proves one way in with three requests, whatever the cluster's size: a GET of one namespace; a dry-run create of a
 * DaemonSet, which goes through authentication, authorisation, admission and validation and stops at storage; and a
 * dry-run delete of that name, which is answered 404 to those who may delete DaemonSets and 403 to all others. They are
 * the rights that removing a service and putting it back need. Never names an object that exists, so that a proxy that
 * loses `dryRun` can do no harm, and tells when one did. Never throws: failure is data.
 */
export async function proveLane(client: ClusterClient, lane: Lane, signal?: AbortSignal): Promise<LaneProof> {
  const ask = (request: KubeRequest) => client.request(lane, { ...request, signal })
  const proof = { laneId: lane.id, server: lane.endpoint.server, context: lane.source.context }
  const read = partOf(await ask(getObject(READ, LIMITS)), [200], 'namespace kube-system read')
  // What cannot be reached or is not known to the server is not written to either.
  if (!read.ok && read.status !== 403) {
    return { ...proof, read, write: { ...read, detail: `Not tried: the read failed. ${read.detail}` } }
  }
  const created = await ask(createObject(COLLECTION, OBJECT, LIMITS, { dryRun: true }))
  const create = partOf(created, [201], 'dry-run create admitted')
  if (create.status === 409) return { ...proof, read, write: { ...create, detail: LEFT_BEHIND } }
  if (!create.ok) return { ...proof, read, write: create }
  const gone = await ask(deleteObject({ ...COLLECTION, name: PROOF_NAME }, LIMITS, { dryRun: true }))
  const write = partOf(gone, [404], 'create and delete of a DaemonSet admitted as dry runs')
  return { ...proof, read, write: write.status === 200 ? { ...write, detail: LEFT_BEHIND } : write }
}

const LEFT_BEHIND = `A DaemonSet ${PROOF_NAME} exists in kube-system: something on this way loses dryRun, or somebody made it. Delete it.`

function partOf(result: KubeResult, proves: readonly number[], what: string): ProofPart {
  const { startedAt: at, durationMs, status, outcome } = result
  const ok = outcome === 'answer' && proves.includes(status)
  const detail = ok ? what : outcome === 'answer' ? `HTTP ${status}: ${messageOf(result)}` : result.detail
  return { at, ok, status, durationMs, detail: detail.slice(0, 256) }
}

/** The words of a Status; where a proxy answered with something else, those of the transport. */
function messageOf({ body, detail }: KubeResult): string {
  try {
    const { message } = Object(JSON.parse(body))
    return typeof message === 'string' && message !== '' ? message : detail
  } catch {
    return detail
  }
}
