/** The data plane's state: caches renew, decay without renewal, or have expired. */
export type DataPlaneState = 'Fresh' | 'Burning' | 'Dry' | 'Unknown'

/** Where a figure comes from: seen by a probe, computed from configuration that was read, or defaults. */
export type Basis = 'measured' | 'estimated' | 'assumed'

/** A quantity with its honest band. */
export interface Band {
  p10: number
  p50: number
  p90: number
}

/**
 * One cluster's fuse. `apiLostAt`: the API server stopped serving callers. `t0At`: the first instant at which DNS
 * could no longer refresh its caches (CoreDNS lost its sync); the two differ, since a running CoreDNS answers on
 * from its store. Times are epoch ms, undefined while not reached or not known.
 */
export interface ClusterFuse {
  clusterId: string
  state: DataPlaneState
  apiLostAt?: number
  t0At?: number
  t0Basis?: Basis
  /** When 5 % of names have failed (p50). */
  firstFailureAt?: number
  /** When half of the lookups fail (p50). */
  halfAt?: number
  /** When the names are dry (see README for what counts as dry), p50 with its band. */
  dryAt?: number
  dryBand?: Band
  /** Until `dryAt`, never below 0. */
  secondsLeft?: number
  /** Share of names still resolvable now, 0–1. */
  resolvable: Band
  basis: Basis
  /** Words about what the figures rest on. */
  notes: string[]
}

/** A point of a survival band at epoch ms `at`; shares of names still resolvable. */
export interface SurvivalPoint extends Band {
  at: number
}
