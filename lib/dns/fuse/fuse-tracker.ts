import type { ClusterFuse, SurvivalPoint } from '../types'
import { type FuseBasis, fuseAt, layFuse, resolvableAt } from './cluster-fuse'
import { CurveCache } from './curve-cache'
import type { FuseInput } from './types'

/** A probe's word runs out without any input changing, so a laid fuse is laid anew after this long. */
const RELAY_MS = 15_000

interface Laid {
  input: FuseInput
  basis: FuseBasis
  laidAt: number
  /** While DNS fails: since when, and the loss of the API server that came before it. */
  failure: { since: number; lostAt: number | undefined } | undefined
}

/** Fuses of a fleet. Laying one is done when its input changes; reading all of them each second is cheap. */
export class FuseTracker {
  readonly #curves = new CurveCache()
  readonly #laid = new Map<string, Laid>()

  /** Takes the newest facts about a cluster. Inputs are compared by the identity of their parts. */
  update(input: FuseInput, now: number): void {
    const before = this.#laid.get(input.clusterId)
    if (before && isSame(before.input, input) && Math.abs(now - before.laidAt) < RELAY_MS) return
    const failure = followFailure(before?.failure, input)
    const told =
      failure?.lostAt !== undefined && input.apiLostAt ? { ...input, apiLostAt: failure.lostAt } : input
    const basis = layFuse(told, now, this.#curves)
    this.#laid.set(input.clusterId, { input, basis, laidAt: now, failure })
  }

  forget(clusterId: string): void {
    this.#laid.delete(clusterId)
  }

  /** undefined for a cluster that was never updated. */
  fuse(clusterId: string, now: number): ClusterFuse | undefined {
    const laid = this.#laid.get(clusterId)
    return laid && fuseAt(laid.basis, now)
  }

  fuses(now: number): ClusterFuse[] {
    return [...this.#laid.values()].map(({ basis }) => fuseAt(basis, now))
  }

  /** What a cluster's fuse was laid on; lit fuses can be rolled up. */
  basis(clusterId: string): FuseBasis | undefined {
    return this.#laid.get(clusterId)?.basis
  }

  /** The survival band of one cluster at the given instants; empty while its fuse is not lit. */
  curve(clusterId: string, at: readonly number[]): SurvivalPoint[] {
    const lit = this.#laid.get(clusterId)?.basis.lit
    return lit ? at.map(instant => ({ at: instant, ...resolvableAt(lit, instant) })) : []
  }
}

/** A control plane that comes and goes while DNS fails did not light the fuse anew: the first loss stays its beginning. */
function followFailure(before: Laid['failure'], { livePath, apiLostAt }: FuseInput): Laid['failure'] {
  if (livePath?.state !== 'failing' || livePath.failingSince === undefined) return undefined
  const known = before?.since === livePath.failingSince ? before.lostAt : undefined
  return { since: livePath.failingSince, lostAt: known ?? apiLostAt ?? undefined }
}

function isSame(a: FuseInput, b: FuseInput): boolean {
  return (
    a.chain === b.chain &&
    a.livePath === b.livePath &&
    a.traffic === b.traffic &&
    a.cacheAnswers === b.cacheAnswers &&
    a.apiLostAt === b.apiLostAt
  )
}
