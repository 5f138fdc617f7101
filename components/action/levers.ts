import type { ActionPostInput } from '@/lib/wire/action-request'
import type { ActionDto } from '@/lib/wire/actions'

export interface Lever {
  request: ActionPostInput
  word: string
  /** What it does, in a sentence. */
  meaning: string
}

type NodesRequest = Extract<ActionDto['request'], { kind: 'cordon-nodes' | 'drain-nodes' | 're-admit-nodes' }>

const MUTE_MINUTES = 60
const KEEP_SHARE = 0.5

/** Every way to act on the trouble that this action is about, mildest first, on the same clusters. */
export function leversOf(action: Pick<ActionDto, 'about' | 'request' | 'blastRadius'>): Lever[] {
  const { workload, caller, owner } = action.about
  const { request } = action
  const { clusterIds } = request
  if (isOfNodes(request)) return nodeLevers(request)
  const levers: Lever[] = []
  if (owner) {
    levers.push({
      request: { kind: 'freeze-roll-outs', target: owner, clusterIds },
      word: 'Freeze',
      meaning: `${owner.kind} ${owner.name} puts nothing back`,
    })
  }
  if (caller) {
    levers.push(
      {
        request: { kind: 'mute-caller', target: caller, minutes: MUTE_MINUTES, clusterIds },
        word: 'Mute',
        meaning: `API servers answer 429 to ${caller.name}; ends by itself`,
      },
      {
        request: { kind: 'revoke-caller', target: caller, clusterIds },
        word: 'Revoke',
        meaning: `API servers answer 403 to ${caller.name}; its bindings are saved`,
      },
    )
  }
  if (workload) {
    const { kind, ...rest } = workload
    if (kind === 'DaemonSet') {
      levers.push({
        request: { kind: 'shrink-footprint', target: { kind, ...rest }, nodes: 0, clusterIds },
        word: 'Shrink',
        meaning: 'Its pods go, its object and history stay',
      })
    } else {
      const replicas = Math.max(1, Math.ceil(podsEach(action) * KEEP_SHARE))
      levers.push({
        request: { kind: 'scale-workload', target: { kind, ...rest }, replicas, clusterIds },
        word: 'Scale',
        meaning: 'Fewer replicas of it',
      })
    }
    levers.push(
      {
        request: { kind: 'roll-back-workload', target: workload, clusterIds },
        word: 'Roll back',
        meaning: 'The pod template that it ran before',
      },
      {
        request: { kind: 'remove-service', target: workload, clusterIds },
        word: 'Remove',
        meaning: 'Its rights, the workload, its pods',
      },
    )
  }
  return levers
}

/** Each pod is a write of its own; as the API takes it. */
const MOST_DRAINED = 10

function isOfNodes(request: ActionDto['request']): request is NodesRequest {
  return request.target.kind === 'Nodes'
}

/** What was cordoned comes back, and the other way round. */
function nodeLevers(request: NodesRequest): Lever[] {
  const { target, nodes, clusterIds } = request
  return [
    {
      request: { kind: 'cordon-nodes', target, nodes, clusterIds },
      word: 'Cordon',
      meaning: 'Nothing new is scheduled there; what runs stays',
    },
    {
      request: { kind: 'drain-nodes', target, nodes: Math.min(nodes, MOST_DRAINED), clusterIds },
      word: 'Drain',
      meaning: 'The same, and what runs there is evicted within its disruption budgets',
    },
    {
      request: { kind: 're-admit-nodes', target, nodes, clusterIds },
      word: 'Re-admit',
      meaning: 'They have work again, in batches while the cluster stays calm',
    },
  ]
}

function podsEach({ blastRadius }: Pick<ActionDto, 'blastRadius'>): number {
  return blastRadius.pods / Math.max(1, blastRadius.clusters)
}

/** The number that an action is about, with its bounds; null where there is none. */
export function amountOf(
  request: ActionDto['request'],
): { word: string; value: number; least: number; most: number; step?: number } | null {
  switch (request.kind) {
    case 'mute-caller':
      return { word: 'Minutes', value: request.minutes, least: 1, most: 720 }
    case 'shrink-footprint':
      return { word: 'Nodes to keep', value: request.nodes, least: 0, most: 50 }
    case 'drain-nodes':
      return { word: 'Nodes', value: request.nodes, least: 1, most: MOST_DRAINED }
    case 'cordon-nodes':
    case 're-admit-nodes':
      return { word: 'Nodes', value: request.nodes, least: 1, most: 50 }
    case 'scale-workload':
    case 'scale-resource':
      return { word: 'Replicas', value: request.replicas, least: 1, most: 10_000 }
    case 'scale-cluster':
      return { word: 'Machines', value: request.replicas, least: 0, most: 10_000 }
    case 'scale-api-servers':
      return { word: 'API servers', value: request.replicas, least: 1, most: 9, step: 2 }
    case 'shift-traffic':
      return { word: 'Per cent', value: request.percent, least: 0, most: 100 }
    default:
      return null
  }
}

export function withAmount(request: ActionDto['request'], value: number): ActionPostInput {
  switch (request.kind) {
    case 'mute-caller':
      return { ...request, minutes: value }
    case 'shrink-footprint':
    case 'cordon-nodes':
    case 'drain-nodes':
    case 're-admit-nodes':
      return { ...request, nodes: value }
    case 'scale-workload':
    case 'scale-resource':
    case 'scale-cluster':
    case 'scale-api-servers':
      return { ...request, replicas: value }
    case 'shift-traffic':
      return { ...request, percent: value }
    default:
      return request
  }
}
