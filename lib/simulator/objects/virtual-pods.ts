import { asObject, asStringMap } from './json'
import { rfc3339 } from './object-store'
import { nameSuffix, stableUid } from './stable-hash'
import type { KubeObject, OwnerReference } from './types'
import { nodeName } from './virtual-nodes'

/** Pods that come from one template: only their number is stored anywhere. */
export interface PodGroup {
  namespace: string
  /** Their names are this, a dash and a suffix. */
  prefix: string
  labels: Record<string, string>
  spec: KubeObject['spec']
  owner: OwnerReference
  count: number
  /** One on each node (in order), or spread over all. */
  perNode: boolean
  /** With `perNode`: the nodes that it may run on, ascending; undefined = all of the cluster. */
  nodes?: readonly number[]
  /** With `perNode`: its pods begin at this place among its nodes. */
  from?: number
  /** Tells pods of one revision from those of another on the same node. */
  salt?: string
  /** Not with `perNode`: those that were evicted, by their place. */
  moves?: ReadonlyMap<number, PodMove>
  /** Epoch ms */
  createdAt: number
}

/** Where a pod came back after its eviction. */
export interface PodMove {
  /** How often it was evicted: each time it is another pod. */
  times: number
  node: number
  /** Epoch ms */
  at: number
}

export interface PodContext {
  cluster: string
  nodes: number
  revision: number
  isNodeReady: (index: number) => boolean
}

/** Names sort as indexes do, so that a page of a list goes on where the last one ended. */
function podName(group: PodGroup, index: number): string {
  const number = identityOf(group, index)
  const suffix = nameSuffix(`${group.prefix}${number}${saltOf(group, index)}`, 2)
  return `${group.prefix}-${number.toString(36).padStart(4, '0')}${suffix}`
}

const saltOf = ({ salt = '', moves }: PodGroup, index: number) => {
  const times = moves?.get(index)?.times
  return times === undefined ? salt : `${salt} evicted ${times}`
}

/** What a pod's name and uid are made from: the node of a DaemonSet's pod, else its place. */
function identityOf({ perNode, nodes, from = 0 }: PodGroup, index: number): number {
  return perNode ? (nodes?.[index + from] ?? index + from) : index
}

function podNodeIndex(group: PodGroup, context: Pick<PodContext, 'nodes'>, index: number): number {
  if (group.perNode) return identityOf(group, index)
  return group.moves?.get(index)?.node ?? (index * 7919) % Math.max(1, context.nodes)
}

/** Index of a pod by its name; -1 when the group has no such pod. */
export function podIndex(group: PodGroup, name: string): number {
  const start = group.prefix.length + 1
  const number = Number.parseInt(name.slice(start, start + 4), 36)
  if (!Number.isInteger(number)) return -1
  const place = group.perNode && group.nodes ? group.nodes.indexOf(number) : number
  const index = place - (group.from ?? 0)
  return index >= 0 && index < group.count && podName(group, index) === name ? index : -1
}

export function podAt(group: PodGroup, context: PodContext, index: number): KubeObject {
  const name = podName(group, index)
  const node = podNodeIndex(group, context, index)
  const ready = context.isNodeReady(node)
  const started = rfc3339(group.moves?.get(index)?.at ?? group.createdAt)
  const condition = (type: string, status: string) => ({
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: started,
  })
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      generateName: `${group.prefix}-`,
      namespace: group.namespace,
      uid: stableUid(
        `${context.cluster}/${group.owner.uid}/${identityOf(group, index)}${saltOf(group, index)}`,
      ),
      resourceVersion: String(context.revision - (index % 500)),
      creationTimestamp: started,
      labels: group.labels,
      ownerReferences: [group.owner],
    },
    spec: { ...asObject(group.spec), nodeName: nodeName(context.cluster, node) },
    status: {
      phase: 'Running',
      conditions: [
        condition('Initialized', 'True'),
        condition('Ready', ready ? 'True' : 'False'),
        condition('ContainersReady', ready ? 'True' : 'False'),
        condition('PodScheduled', 'True'),
      ],
      hostIP: `10.64.${(node >> 8) & 255}.${node & 255}`,
      podIP: `10.${128 + (node >> 8)}.${node & 255}.${1 + (index % 254)}`,
      startTime: started,
      qosClass: 'Burstable',
    },
  }
}

/** Labels, as label selectors see them, and fields, as field selectors of pods see them. */
export function podFields(group: PodGroup, context: PodContext, index: number): Record<string, string> {
  return {
    'metadata.name': podName(group, index),
    'metadata.namespace': group.namespace,
    'spec.nodeName': nodeName(context.cluster, podNodeIndex(group, context, index)),
    'status.phase': 'Running',
  }
}

/** The group of a workload's template. */
export function groupOf(
  owner: KubeObject,
  rest: Pick<PodGroup, 'prefix' | 'count' | 'perNode' | 'nodes' | 'from' | 'salt' | 'moves' | 'createdAt'> & {
    extraLabels?: Record<string, string>
  },
): PodGroup {
  const template = asObject(asObject(owner.spec).template)
  const { extraLabels, ...shape } = rest
  return {
    ...shape,
    namespace: owner.metadata.namespace ?? '',
    labels: { ...asStringMap(asObject(template.metadata).labels), ...extraLabels },
    spec: template.spec,
    owner: {
      apiVersion: owner.apiVersion,
      kind: owner.kind,
      name: owner.metadata.name,
      uid: owner.metadata.uid,
      controller: true,
      blockOwnerDeletion: true,
    },
  }
}
