import type { Band, Basis, ClusterFuse } from '../types'
import type { CurveCache } from './curve-cache'
import { fuseNotes } from './fuse-notes'
import { copiesOf, shareAlive } from './name-copies'
import { DELAY_MEDIAN_SECONDS } from './particles'
import {
  type BandRows,
  type FuseCurve,
  quantileRows,
  shareAt,
  type Weights,
  weightedBand,
} from './read-curve'
import { seenCaches } from './seen-caches'
import { type FuseAnchor, type FuseShape, shapeOf } from './shape'
import type { FuseInput, LivePathView } from './types'
import { type SeenShares, weighParticles } from './weigh-particles'

/** A probe's word counts this long; then it is as if there were no probe. */
const PROBE_VALID_MS = 90_000
/** Looks at the copies that were read, spread from T0 to now: so fine is what they teach. */
const LOOKS_AT_NAMES = 8

/** A lit fuse: the shares of lookups answered over time, and the instant that they count from. */
export interface LitFuse {
  clusterId: string
  rows: BandRows
  shape: FuseShape
  /** The same before anything was seen, and how likely its particles are since. */
  prior: FuseCurve
  weights: Weights
  /** Epoch ms of the rows' zero. */
  anchorAt: number
  anchor: FuseAnchor
  apiLostAt?: number
  /** Epoch ms, over the particles. */
  firstFailure: Band
  half: Band
  dry: Band
  t0At: number
  t0Basis: Basis
  basis: Basis
  notes: string[]
}

/** What a cluster's fuse is before time is applied; recomputed only when its inputs change. */
export type FuseBasis =
  | { lit: LitFuse }
  | { lit: null; clusterId: string; known: boolean; apiLostAt?: number; basis: Basis; notes: string[] }

/**
 * Decides from the inputs whether a fuse burns and from when: from the first failure that a probe has seen, else from
 * the loss of the API server. A probe that sees CoreDNS answer keeps the fuse unlit although the API server is lost.
 */
export function layFuse(input: FuseInput, now: number, curves: CurveCache): FuseBasis {
  const { chain, clusterId } = input
  const live = input.livePath && now - input.livePath.at <= PROBE_VALID_MS ? input.livePath : undefined
  const apiLostAt = input.apiLostAt ?? undefined
  const failing = live?.state === 'failing' && live.failingSince !== undefined
  if (!failing && (apiLostAt === undefined || live?.state === 'answering')) {
    const known = live?.state === 'answering' || input.apiLostAt === null
    const basis = live?.state === 'answering' ? 'measured' : chain.basis
    return { lit: null, clusterId, known, apiLostAt, basis, notes: fuseNotes(input, live, null) }
  }
  const anchor: FuseAnchor = failing ? 'first-failure' : 'api-lost'
  const anchorAt = (failing ? live.failingSince : apiLostAt) ?? now
  const shape = shapeOf(chain, anchor, failing ? live.failure : undefined, input.traffic)
  const curve = curves.get(shape)
  const weights = failing
    ? weighParticles(curve, {
        t0At: anchorAt,
        replicas: chain.replicas,
        bins: live.bins ?? [],
        names: seenNames(live, input, anchorAt, now),
        caches: seenCaches(input.cacheAnswers, anchorAt),
      })
    : undefined
  const toTime = (seconds: Float64Array): Band => {
    const band = weightedBand(seconds, weights)
    return {
      p10: anchorAt + band.p10 * 1000,
      p50: anchorAt + band.p50 * 1000,
      p90: anchorAt + band.p90 * 1000,
    }
  }
  const lit: LitFuse = {
    clusterId,
    rows: weights ? quantileRows(curve, weights) : curve,
    shape,
    prior: curve,
    weights,
    anchorAt,
    anchor,
    apiLostAt,
    firstFailure: toTime(curve.firstFailure),
    half: toTime(curve.half),
    dry: toTime(curve.dry),
    t0At: failing ? anchorAt : anchorAt + DELAY_MEDIAN_SECONDS * 1000,
    t0Basis: failing ? 'measured' : 'estimated',
    basis: failing && chain.basis === 'estimated' ? 'measured' : chain.basis,
    notes: [],
  }
  lit.notes = fuseNotes(input, live, lit)
  return { lit }
}

function seenNames(
  live: LivePathView,
  { chain }: FuseInput,
  t0At: number,
  now: number,
): SeenShares | undefined {
  if (!live.names || live.names.length === 0 || now <= t0At) return undefined
  const copies = copiesOf(live.names, chain.nodeCache?.serveStale?.durationSeconds)
  const points = Array.from({ length: LOOKS_AT_NAMES }, (_, i) => {
    const at = t0At + ((now - t0At) * (i + 1)) / LOOKS_AT_NAMES
    return { at, share: shareAlive(copies, at, chain.applicationTtlSeconds) }
  })
  return { copies: copies.length, points }
}

/** The fuse at an instant; costs a few microseconds. */
export function fuseAt(basis: FuseBasis, now: number): ClusterFuse {
  if (!basis.lit) {
    const { clusterId, known, apiLostAt, notes } = basis
    const whole = { p10: 1, p50: 1, p90: 1 }
    return {
      clusterId,
      state: known ? 'Fresh' : 'Unknown',
      apiLostAt,
      resolvable: whole,
      basis: basis.basis,
      notes,
    }
  }
  const { lit } = basis
  const dryAt = Math.round(lit.dry.p50)
  return {
    clusterId: lit.clusterId,
    state: now >= dryAt ? 'Dry' : 'Burning',
    apiLostAt: lit.apiLostAt,
    t0At: Math.round(lit.t0At),
    t0Basis: lit.t0Basis,
    firstFailureAt: Math.round(lit.firstFailure.p50),
    halfAt: Math.round(lit.half.p50),
    dryAt,
    dryBand: lit.dry,
    secondsLeft: Math.max(0, (dryAt - now) / 1000),
    resolvable: resolvableAt(lit, now),
    basis: lit.basis,
    notes: lit.notes,
  }
}

/** Share of names still resolvable, weighed by how often they are asked for. */
export function resolvableAt(lit: LitFuse, at: number): Band {
  return shareAt(lit.rows, (at - lit.anchorAt) / 1000)
}
