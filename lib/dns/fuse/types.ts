import type { CacheChain } from '../chain/types'
import type { CacheAnswers } from '../metrics/cache-answers'
import type { UpstreamFailure } from '../model/stale-fate'
import type { NameReading } from '../probe/name-readings'
import type { Traffic } from './shape'

/** What probes of the live path (a name that no cache holds) say about one cluster's CoreDNS. */
export interface LivePathView {
  /** Epoch ms of the newest answer or timeout. */
  at: number
  /** Who saw the state: our probe from outside, an agent inside, or what metrics tell of a restart. */
  by?: 'probe' | 'agent' | 'metrics'
  /** `answering`: renews. `failing`: T0 has passed. `unreachable`: nothing answers from here, and nothing ever did. */
  state: 'answering' | 'failing' | 'unreachable'
  /** Epoch ms of the first failed answer; set when failing. */
  failingSince?: number
  /** What the lost upstream answers; set when failing. */
  failure?: UpstreamFailure
  /** Queries since then, in bins: asked, and failed. At most 60 bins. */
  bins?: readonly EvidenceBin[]
  /** Copies of the names that matter, as read since T0, oldest first. */
  names?: readonly NameReading[]
}

/** Lookups seen within some seconds. */
export interface EvidenceBin {
  /** Epoch ms of the middle of the bin. */
  at: number
  asked: number
  failed: number
}

/** All that the fuse of one cluster is computed from. */
export interface FuseInput {
  clusterId: string
  /** The last good chain, or an assumed one. */
  chain: CacheChain
  /** Epoch ms at which the API server stopped serving callers; null while it serves; undefined when not known. */
  apiLostAt: number | null | undefined
  /** undefined when no resolver of the cluster is probed. */
  livePath?: LivePathView
  traffic?: Traffic
  /** What counters of node caches tell since the loss; undefined where none is read. */
  cacheAnswers?: CacheAnswers
}
