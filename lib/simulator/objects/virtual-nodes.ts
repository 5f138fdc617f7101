import type { NodeChange, NodeChanges } from './node-change'
import { rfc3339 } from './object-store'
import { stableUid } from './stable-hash'
import type { JsonObject, KubeObject } from './types'

/** What the nodes of a cluster are computed from. */
export interface NodeSource {
  cluster: string
  region: string
  nodes: number
  notReadyShare: number
  zoneLostShare: number
  kubernetesVersion: string
  /** Epoch ms */
  now: number
  createdAt: number
  revision: number
  changes: NodeChanges
}

const ZONES = ['a', 'b', 'c'] as const
const GOLDEN = 0.618033988749895

export function nodeName(cluster: string, index: number): string {
  return `${cluster}-n${String(index).padStart(5, '0')}`
}

export function nodeLabels(
  source: Pick<NodeSource, 'cluster' | 'region' | 'changes'>,
  index: number,
): Record<string, string> {
  const change = source.changes.byIndex.get(index)
  if (change) return change.labels
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': nodeName(source.cluster, index),
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': index % 5 === 0 ? 'gpu-8x' : 'general-16x',
    pool: index % 5 === 0 ? 'accelerated' : 'general',
    'topology.kubernetes.io/region': source.region,
    'topology.kubernetes.io/zone': `${source.region}-${ZONES[index % ZONES.length]}`,
  }
}

/** Which nodes are not ready: the lost zone first, the rest spread evenly. */
export function isReady(source: NodeSource, index: number): boolean {
  if (source.zoneLostShare > 0) return index % ZONES.length !== 0 || source.notReadyShare < 0.05
  const place = index * GOLDEN
  return place - Math.floor(place) >= source.notReadyShare
}

/** Index of a node by its name; -1 when the cluster has no such node. */
export function nodeIndex(source: Pick<NodeSource, 'cluster' | 'nodes'>, name: string): number {
  const index = Number(name.slice(-5))
  const known = Number.isInteger(index) && index < source.nodes && nodeName(source.cluster, index) === name
  return known ? index : -1
}

const ANNOTATIONS = {
  'node.alpha.kubernetes.io/ttl': '300',
  'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
}

const taint = (key: string, timeAdded: string): JsonObject => ({
  key: `node.kubernetes.io/${key}`,
  effect: 'NoSchedule',
  timeAdded,
})

/** `spec` as far as cordons and taints go. */
function scheduling(change: NodeChange | undefined, unreachableSince: string | undefined): JsonObject {
  const taints: JsonObject[] = [...(change?.taints ?? [])]
  if (change?.cordonedAt !== undefined) taints.push(taint('unschedulable', rfc3339(change.cordonedAt)))
  if (unreachableSince) taints.push(taint('unreachable', unreachableSince))
  return {
    ...(change?.unschedulable ? { unschedulable: true } : {}),
    ...(taints.length > 0 ? { taints } : {}),
  }
}

/** One Node as its kubelet would have reported it. */
export function nodeAt(source: NodeSource, index: number): KubeObject {
  const name = nodeName(source.cluster, index)
  const ready = isReady(source, index)
  const change = source.changes.byIndex.get(index)
  const heartbeat = rfc3339(ready ? source.now - ((index * 7919) % 300_000) : source.now - 120_000)
  const since = rfc3339(ready ? source.createdAt : source.now - 60_000)
  const condition = (type: string, status: string, reason: string, message: string): JsonObject => ({
    type,
    status,
    lastHeartbeatTime: heartbeat,
    lastTransitionTime: since,
    reason,
    message,
  })
  const unknown = (type: string) =>
    condition(type, 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.')
  const address = `10.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`
  return {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: {
      name,
      uid: stableUid(name),
      resourceVersion: String(Math.max(source.revision - (index % 600), change?.revision ?? 0)),
      creationTimestamp: rfc3339(source.createdAt + (index % 97) * 3_600_000),
      labels: nodeLabels(source, index),
      annotations: change?.annotations ?? ANNOTATIONS,
    },
    spec: {
      podCIDR: `10.${128 + (index >> 8)}.${index & 255}.0/24`,
      providerID: `sim:///${source.region}/${name}`,
      ...scheduling(change, ready ? undefined : since),
    },
    status: {
      capacity: { cpu: '16', memory: '65536Mi', pods: '110', 'ephemeral-storage': '200Gi' },
      allocatable: { cpu: '15890m', memory: '61440Mi', pods: '110', 'ephemeral-storage': '180Gi' },
      conditions: ready
        ? [
            condition(
              'MemoryPressure',
              'False',
              'KubeletHasSufficientMemory',
              'kubelet has sufficient memory available',
            ),
            condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
            condition(
              'PIDPressure',
              'False',
              'KubeletHasSufficientPID',
              'kubelet has sufficient PID available',
            ),
            condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
          ]
        : ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map(unknown),
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: {
        kernelVersion: '6.1.119',
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        containerRuntimeVersion: 'containerd://1.7.24',
        kubeletVersion: source.kubernetesVersion,
        kubeProxyVersion: source.kubernetesVersion,
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  }
}
