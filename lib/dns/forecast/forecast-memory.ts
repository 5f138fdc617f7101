import type { CacheChain } from '../chain/types'
import type { FuseBasis, LitFuse } from '../fuse/cluster-fuse'
import { copiesOf } from '../fuse/name-copies'
import type { LivePathView } from '../fuse/types'
import type { CacheAnswers } from '../metrics/cache-answers'
import { describeForecast } from './describe-forecast'
import { addBins } from './tally'
import type { Burn, Forecast } from './types'

/** How long what happened is kept after names renew again. */
const KEPT_MS = 6 * 3_600_000

/**
 * Remembers of each cluster the last outage that a probe saw begin: a few kilobytes each, for six hours after its end.
 * It outlives page loads, not the process.
 */
export class ForecastMemory {
  readonly #burns = new Map<string, Burn>()

  /** Takes in how a cluster's fuse stands; cheap when nothing is new. */
  note(
    clusterId: string,
    facts: { chain: CacheChain; livePath?: LivePathView; cacheAnswers?: CacheAnswers; basis?: FuseBasis },
    now: number,
  ) {
    const { chain, livePath, cacheAnswers, basis } = facts
    const before = this.#burns.get(clusterId)
    const lit = basis?.lit?.anchor === 'first-failure' ? basis.lit : undefined
    if (!lit) {
      if (before) this.#end(clusterId, before, basis, now)
      return
    }
    const isSame = before?.t0At === lit.anchorAt && before.endedAt === undefined
    if (isSame && before.lit === lit) return
    const burn = isSame ? before : this.#begin(clusterId, lit, chain)
    burn.lit = lit
    burn.livePath = addBins(burn.livePath, livePath?.bins ?? [])
    if (cacheAnswers) burn.caches = cacheAnswers
    if (livePath?.names) burn.copies = copiesOf(livePath.names, chain.nodeCache?.serveStale?.durationSeconds)
  }

  /** undefined when no outage is remembered. */
  forecast(clusterId: string, now: number): Forecast | undefined {
    const burn = this.#burns.get(clusterId)
    return burn && describeForecast(clusterId, burn, now)
  }

  #begin(clusterId: string, lit: LitFuse, chain: CacheChain): Burn {
    const burn: Burn = {
      t0At: lit.anchorAt,
      prior: lit.prior,
      lit,
      replicas: chain.replicas,
      applicationTtlSeconds: chain.applicationTtlSeconds,
      livePath: [],
      copies: [],
    }
    this.#burns.set(clusterId, burn)
    return burn
  }

  /** Renewals work again, or the probe has fallen silent: only the first is an end. */
  #end(clusterId: string, burn: Burn, basis: FuseBasis | undefined, now: number): void {
    if (basis && !basis.lit && basis.known) burn.endedAt ??= now
    if (burn.endedAt !== undefined && now - burn.endedAt > KEPT_MS) this.#burns.delete(clusterId)
  }
}
