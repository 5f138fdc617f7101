import type { Lane } from '../fleet/types'
import type { KubeOutcome } from '../kube/types'
import type { LaneDto } from '../wire/cluster-detail'

interface Proof {
  at: number
  outcome: KubeOutcome
  status: number
  durationMs: number
  detail: string
}

const SLOW_MS = 1_000

/** What each way into a cluster last proved to be, from whatever was sent over it. */
export class LaneProofs {
  #last = new Map<string, Proof>()

  note(laneId: string, proof: Proof): void {
    const known = this.#last.get(laneId)
    if (!known || proof.at >= known.at) this.#last.set(laneId, proof)
  }

  toDto(lanes: readonly Lane[]): LaneDto[] {
    return lanes.map(lane => {
      const proof = this.#last.get(lane.id)
      const { id, kind, title, endpoint, source } = lane
      const base = { id, kind, title, context: source.context, address: endpoint.server }
      if (!proof)
        return {
          ...base,
          state: 'unproven',
          detail: 'Never tried since Holdfast started.',
          latencyMs: null,
          at: null,
        }
      const answered = proof.outcome === 'answer'
      return {
        ...base,
        state: stateOf(proof),
        detail: answered ? `HTTP ${proof.status}` : proof.detail,
        latencyMs: answered ? proof.durationMs : null,
        at: new Date(proof.at).toISOString(),
      }
    })
  }
}

function stateOf({ outcome, status, durationMs }: Proof): LaneDto['state'] {
  if (outcome === 'timeout' || outcome === 'connect-timeout') return 'timed-out'
  if (outcome !== 'answer') return 'refused'
  if (status === 429 || status === 401 || status === 403 || status >= 500) return 'not-admitted'
  return durationMs > SLOW_MS ? 'slow' : 'open'
}
