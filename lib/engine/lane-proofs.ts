import type { Lane } from '../fleet/types'
import type { KubeOutcome } from '../kube/types'
import type { LaneProof, ProofPart } from '../probe/prove-lane'
import type { LaneDto, LaneProofDto } from '../wire/cluster-detail'
import { iso } from './dto/times'

/** What was last heard over a lane, whatever was sent. */
interface Heard {
  at: number
  outcome: KubeOutcome
  status: number
  durationMs: number
  detail: string
}

const SLOW_MS = 1_000
/** A day, and two hours for what came in between: then a proof says nothing any more. */
export const PROOF_HOLDS_MS = 26 * 3_600_000

/** Each way into a cluster: what was last heard over it, and what it was last proven fit for. */
export class LaneProofs {
  #heard = new Map<string, Heard>()
  #proofs = new Map<string, LaneProof>()

  note(laneId: string, heard: Heard): void {
    const known = this.#heard.get(laneId)
    if (!known || heard.at >= known.at) this.#heard.set(laneId, heard)
  }

  /** Keeps the newer one. */
  prove(proof: LaneProof): void {
    const known = this.#proofs.get(proof.laneId)
    if (!known || proof.read.at >= known.read.at) this.#proofs.set(proof.laneId, proof)
  }

  /** To be kept over a restart. */
  proofs(): LaneProof[] {
    return [...this.#proofs.values()]
  }

  /** Undefined when this lane, with this address and identity, was never proven or tried. */
  proofOf(lane: Lane): LaneProof | undefined {
    const proof = this.#proofs.get(lane.id)
    const isSame = proof?.server === lane.endpoint.server && proof.context === lane.source.context
    return isSame ? proof : undefined
  }

  /** Lanes that are not proven at `now`, with the reason in words. */
  unproven(lanes: readonly Lane[], now: number): { lane: Lane; why: string }[] {
    return lanes.flatMap(lane => {
      const why = whyUnproven(this.proofOf(lane), now)
      return why === undefined ? [] : [{ lane, why }]
    })
  }

  toDto(lanes: readonly Lane[], now: number): LaneDto[] {
    return lanes.map(lane => {
      const { id, kind, title, endpoint, source } = lane
      const proof = proofDto(this.proofOf(lane), now)
      const base = { id, kind, title, context: source.context, address: endpoint.server, proof }
      const heard = this.#heard.get(id)
      if (!heard)
        return {
          ...base,
          state: 'unproven',
          detail: 'Never tried since Holdfast started.',
          latencyMs: null,
          at: null,
        }
      const answered = heard.outcome === 'answer'
      return {
        ...base,
        state: stateOf(heard),
        detail: answered ? `HTTP ${heard.status}` : heard.detail,
        latencyMs: answered ? heard.durationMs : null,
        at: iso(heard.at),
      }
    })
  }
}

function whyUnproven(proof: LaneProof | undefined, now: number): string | undefined {
  if (!proof) return 'not proven yet'
  const { read, write } = proof
  if (!read.ok) return `read failed: ${read.detail}`
  if (!write.ok) return `dry-run write failed: ${write.detail}`
  return now - write.at > PROOF_HOLDS_MS ? 'proof is older than 26 h' : undefined
}

function proofDto(proof: LaneProof | undefined, now: number): LaneProofDto {
  const why = whyUnproven(proof, now)
  return {
    proven: why === undefined,
    why: why ?? null,
    read: partDto(proof?.read),
    write: partDto(proof?.write),
  }
}

function partDto(part: ProofPart | undefined): LaneProofDto['read'] {
  return part ? { at: iso(part.at), ok: part.ok, latencyMs: part.durationMs, detail: part.detail } : null
}

function stateOf({ outcome, status, durationMs }: Heard): LaneDto['state'] {
  if (outcome === 'timeout' || outcome === 'connect-timeout') return 'timed-out'
  if (outcome !== 'answer') return 'refused'
  if (status === 429 || status === 401 || status === 403 || status >= 500) return 'not-admitted'
  return durationMs > SLOW_MS ? 'slow' : 'open'
}
