import type { CacheChain, ChainFlag } from '../chain/types'
import type { CurveCache } from '../fuse/curve-cache'
import { weightedBand } from '../fuse/read-curve'
import { shapeOf, type Traffic } from '../fuse/shape'
import type { Band, Basis } from '../types'

/** How long a cluster's names outlive its control plane, counted from the first answer that CoreDNS fails to give. */
export interface SurvivalBudget {
  /** Seconds until 5 % of the names in use have failed: the budget proper. */
  felt: Band
  /** Seconds until names are dry. */
  dry: Band
  basis: Exclude<Basis, 'measured'>
  flags: ChainFlag[]
}

/** Computed while healthy, for whatever a lost CoreDNS may answer. */
export function survivalBudget(chain: CacheChain, curves: CurveCache, traffic?: Traffic): SurvivalBudget {
  const curve = curves.get(shapeOf(chain, 'first-failure', 'unknown', traffic))
  return {
    felt: weightedBand(curve.firstFailure, undefined),
    dry: weightedBand(curve.dry, undefined),
    basis: chain.basis,
    flags: chain.flags,
  }
}
