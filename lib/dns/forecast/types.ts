import type { LitFuse } from '../fuse/cluster-fuse'
import type { NameCopy } from '../fuse/name-copies'
import type { FuseCurve } from '../fuse/read-curve'
import type { CacheAnswers } from '../metrics/cache-answers'
import type { Band, SurvivalPoint } from '../types'
import type { Tally } from './tally'

/**
 * What a share is of: copies of names that were read, lookups that node caches answer by their own counters, or
 * questions that no cache can hold and CoreDNS must answer.
 */
export type MeasuredOf = 'names' | 'caches' | 'live-path'

/** A measured share with its uncertainty, and what had been predicted for it at T0. */
export interface MeasuredPoint {
  of: MeasuredOf
  /** Epoch ms of the middle of the interval. */
  at: number
  asked: number
  /** A fraction where programs' own caches fade. */
  answered: number
  share: number
  /** Where the share lies, 80 % sure. */
  low: number
  high: number
  predicted: Band
}

/**
 * `unmeasured`: no names were read. `holds`: what is measured and the band of T0 overlap. `too-hopeful`: less is left
 * than the band allowed; `too-careful`: more is.
 */
export type ForecastVerdict = 'unmeasured' | 'holds' | 'too-hopeful' | 'too-careful'

/** What was predicted when a cluster began to burn, and what happened since. */
export interface Forecast {
  clusterId: string
  /** Epoch ms. */
  t0At: number
  /** When renewals worked again; undefined while it burns. */
  endedAt?: number
  verdict: ForecastVerdict
  /** How much earlier (hopeful) or later (careful) the predicted median reached what is measured now; 0 otherwise. */
  offBySeconds: number
  /** When names are dry, as predicted at T0 and as known now; epoch ms. */
  dryPredicted: Band
  dryNow: Band
  predicted: SurvivalPoint[]
  updated: SurvivalPoint[]
  /** Oldest first; names and live path apart. */
  measured: MeasuredPoint[]
}

/** One outage of one cluster: what was predicted, and all that was seen. */
export interface Burn {
  t0At: number
  /** What was predicted at T0; kept, whatever is learnt later. */
  prior: FuseCurve
  /** As last laid. */
  lit: LitFuse
  replicas: number
  applicationTtlSeconds: number
  livePath: readonly Tally[]
  copies: readonly NameCopy[]
  caches?: CacheAnswers
  endedAt?: number
}
