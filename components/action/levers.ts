import type { ActionPostInput } from '@/lib/wire/action-request'
import type { ActionDto } from '@/lib/wire/actions'

export interface Lever {
  request: ActionPostInput
  word: string
  /** What it does, in a sentence. */
  meaning: string
}

const MUTE_MINUTES = 60
const KEEP_SHARE = 0.5

/** Every way to act on the trouble that this action is about, mildest first, on the same clusters. */
export function leversOf(action: Pick<ActionDto, 'about' | 'request' | 'blastRadius'>): Lever[] {
  const { workload, caller } = action.about
  const { clusterIds } = action.request
  const levers: Lever[] = []
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

function podsEach({ blastRadius }: Pick<ActionDto, 'blastRadius'>): number {
  return blastRadius.pods / Math.max(1, blastRadius.clusters)
}

/** The number that an action is about, with its bounds; null where there is none. */
export function amountOf(
  request: ActionDto['request'],
): { word: string; value: number; least: number; most: number } | null {
  if (request.kind === 'mute-caller') return { word: 'Minutes', value: request.minutes, least: 1, most: 720 }
  if (request.kind === 'shrink-footprint')
    return { word: 'Nodes to keep', value: request.nodes, least: 0, most: 50 }
  if (request.kind === 'scale-workload')
    return { word: 'Replicas', value: request.replicas, least: 1, most: 10_000 }
  return null
}

export function withAmount(request: ActionDto['request'], value: number): ActionPostInput {
  if (request.kind === 'mute-caller') return { ...request, minutes: value }
  if (request.kind === 'shrink-footprint') return { ...request, nodes: value }
  if (request.kind === 'scale-workload') return { ...request, replicas: value }
  return request
}
