import { jsonBody } from '../ask-cluster'
import { METADATA_ONLY } from '../metadata-only'
import { asRecord } from '../saved-object'
import type { DrainNodes, PlannedStep } from '../types'
import { cordonStep } from './cordon-nodes'
import type { KindPlanner } from './kind-planner'
import { listNodes, type SeenNode } from './list-nodes'
import { inWords, type Look } from './look'

/** Each eviction is a shot of its own: so many are carried out within the life of an approval, and looked over. */
const MOST_PODS = 300
/** A kubelet runs 110 by default, 250 at most on the large clouds. */
const MOST_PODS_A_NODE = 500
/** CoreDNS, proxies and the like: what keeps the cluster itself alive is moved by nobody here. */
const KEPT_NAMESPACE = 'kube-system'
/** The kubelet's own, from files on the node (kubernetes.io/config.mirror). */
const MIRROR = 'kubernetes.io/config.mirror'

interface SeenPod {
  namespace: string
  name: string
  uid: string
}

/**
 * Node after node: nothing new is scheduled there, then its pods are asked to leave by the Eviction API, one at a time.
 * Their disruption budgets hold: an eviction that would break one is answered 429 and asked again until it may, or the
 * approval ends. DaemonSets' pods, mirror pods and those of kube-system stay, as a drain leaves them.
 */
export const drainNodes: KindPlanner<DrainNodes> = {
  tier: 2,
  title: ({ target }) => `Drain nodes ${target.name}`,
  // Labels of nodes are in nobody's memory: the clusters are named.
  carriers: () => [],
  async resolve(look, { target, nodes }) {
    const found = await listNodes(look, target.name, false, nodes)
    if ('leftOut' in found) return found
    if (found.nodes.length === 0) return { leftOut: `no node there is ${target.name} and not cordoned yet` }
    const steps: PlannedStep[] = []
    let pods = 0
    let kept = 0
    let drained = 0
    for (const node of found.nodes) {
      const there = await podsOn(look, node)
      if ('leftOut' in there) return there
      // A node is drained whole or not begun, and at least one is.
      if (drained > 0 && pods + there.pods.length > MOST_PODS) break
      if (there.pods.length > MOST_PODS) return { leftOut: `more than ${MOST_PODS} pods run on ${node.name}` }
      steps.push(cordonStep(node), ...there.pods.map(evictStep))
      pods += there.pods.length
      kept += there.kept
      drained++
    }
    const notes = [
      'One pod at a time, each by the Eviction API: disruption budgets hold, and what they hold back is asked again. Local data of the pods is lost; pods without an owner do not come back.',
    ]
    if (kept > 0)
      notes.push(`${kept} pods of DaemonSets, of the nodes themselves and of ${KEPT_NAMESPACE} stay.`)
    if (found.more || drained < found.nodes.length)
      notes.push(`More nodes are ${target.name}: these ${drained} come first.`)
    return { steps, notes, pods, seenAt: look.now() }
  },
  undoStatement: () =>
    'Undo lets the same nodes have work again, in batches as a re-admission does. Pods that moved stay where they are.',
}

/** Asked of the watch cache, which knows pods by their node: without that a server reads every pod there is from etcd. */
async function podsOn(
  look: Look,
  node: SeenNode,
): Promise<{ pods: SeenPod[]; kept: number } | { leftOut: string }> {
  const query = new URLSearchParams({
    fieldSelector: `spec.nodeName=${node.name}`,
    resourceVersion: '0',
    limit: String(MOST_PODS_A_NODE),
  })
  const answer = await look.get(`/api/v1/pods?${query}`, METADATA_ONLY)
  const body = answer?.status === 200 ? jsonBody(answer) : undefined
  const items = body?.items === null ? [] : body?.items
  if (!Array.isArray(items))
    return { leftOut: `pods of ${node.name} could not be listed: ${inWords(answer)}` }
  if (asRecord(body?.metadata).continue) return { leftOut: `too many pods run on ${node.name}` }
  const all = items.map(item => asRecord(asRecord(item).metadata))
  const pods = all.flatMap(metadata => {
    const { namespace, name, uid } = metadata
    if (typeof namespace !== 'string' || typeof name !== 'string' || typeof uid !== 'string') return []
    return stays(metadata) ? [] : [{ namespace, name, uid }]
  })
  return { pods, kept: all.length - pods.length }
}

function stays({
  namespace,
  annotations,
  ownerReferences,
  deletionTimestamp,
}: Record<string, unknown>): boolean {
  const owners = Array.isArray(ownerReferences) ? ownerReferences.map(asRecord) : []
  const isOfNode = MIRROR in asRecord(annotations) || owners.some(({ kind }) => kind === 'Node')
  const isOfDaemonSet = owners.some(({ kind, controller }) => kind === 'DaemonSet' && controller === true)
  return namespace === KEPT_NAMESPACE || isOfNode || isOfDaemonSet || deletionTimestamp !== undefined
}

function evictStep({ namespace, name, uid }: SeenPod): PlannedStep {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`
  return {
    kind: 'evict-pod',
    text: `Evict Pod ${namespace}/${name} (uid ${uid})`,
    object: { kind: 'Pod', namespace, name, uid },
    write: {
      method: 'POST',
      path,
      // v1 since Kubernetes 1.22.
      body: {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { namespace, name },
        deleteOptions: { preconditions: { uid } },
      },
      guard: 'eviction',
    },
  }
}
