import type { RunningChain } from './configurations'
import { type MeasuredCurve, meanAbsoluteError, measure, reaches } from './measured-curve'
import { chainOf, type PredictedCurve, predict } from './predicted-curve'
import type { Outage } from './run-outage'

/**
 * An instant, seconds after T0; null when it did not come. `predicted` is the product's p50, which does not know how
 * popular which name is; `knownRates` is the same model with the rates that the clients really have.
 */
interface Instant {
  predicted: number | null
  knownRates?: number | null
  measured: number | null
}

/** What one configuration showed. */
export interface FuseFigure {
  configuration: string
  coreDns: string
  nodeCache: string | null
  ttlSeconds: number
  /** Compared over this long after T0. */
  seconds: number
  nodes: number
  names: number
  lookups: number
  /** Mean absolute error of the share of lookups answered, against p50 of the survival band. */
  mae: number
  /** The same of the share of names that have not failed, against S at the known rates; and of three names together. */
  maeNames: number
  maeThreeNames: number
  /** Share of the seconds in which the measured share lies within p10 to p90, give or take two standard errors. */
  insideBand: number
  /** 5 % of the names have failed; half of the lookups fail; at most 5 % are answered. */
  firstFailure: Instant
  half: Instant
  dry: Instant
  answeredWell: number
  answeredWhileApiLost: number
  longestStallMs: number
  curves: { measured: MeasuredCurve; predicted: PredictedCurve }
}

const dryShare = 0.05

/** Holds what a configuration did against what the product says of its Corefiles. */
export function compare(running: RunningChain, outage: Outage): FuseFigure {
  const chain = chainOf(running)
  const lasts = (chain.nodeCache?.ttlSeconds ?? 0) + (chain.nodeCache?.serveStale?.durationSeconds ?? 0)
  // As long as a copy can last, and a while of what comes then; a long row of zeros would flatter the mean.
  const seconds = lasts > 0 ? Math.ceil(lasts * 1.1) + 3 : 20
  const nodes = outage.lookups.get(running.name) ?? []
  const measured = measure(nodes, outage.names.length, outage.timeline)
  const traffic = { lookupsPerSecond: outage.lookupsPerSecond, names: outage.names.length }
  const predicted = predict(chain, outage.failure, { traffic, rates: outage.rates }, seconds)
  const span = <T>(curve: T[]) => curve.slice(0, seconds)
  const p50 = predicted.band.map(point => point.p50)
  const perSecond = outage.lookupsPerSecond * nodes.length
  const inside = predicted.band.filter(({ p10, p90 }, second) => {
    const share = measured.answered[second] ?? 0
    const error = 2 * Math.sqrt((share * (1 - share)) / perSecond)
    return share >= p10 - error && share <= p90 + error
  })
  const after = (at: number | undefined) => (at === undefined ? null : round(at / 1000, 1))
  const when = (curve: number[], level: number) => {
    const second = reaches(curve, level)
    return second === null ? null : round(second, 1)
  }
  return {
    configuration: running.name,
    coreDns: running.coreDns.version,
    nodeCache: running.node?.version ?? null,
    ttlSeconds: running.ttlSeconds,
    seconds,
    nodes: nodes.length,
    names: outage.names.length,
    lookups: measured.lookups,
    mae: round(meanAbsoluteError(p50, span(measured.answered))),
    maeNames: round(meanAbsoluteError(predicted.surviving, span(measured.surviving))),
    maeThreeNames: round(meanAbsoluteError(predicted.survivingThree, span(measured.survivingThree))),
    insideBand: round(inside.length / seconds, 2),
    firstFailure: {
      predicted: after(predicted.fuse.firstFailureAt),
      knownRates: when(predicted.surviving, 0.95),
      measured: when(measured.surviving, 0.95),
    },
    half: { predicted: when(p50, 0.5), measured: when(measured.answered, 0.5) },
    dry: { predicted: after(predicted.fuse.dryAt), measured: when(measured.answered, dryShare) },
    answeredWell: round(measured.answeredWell, 4),
    answeredWhileApiLost: round(measured.answeredWhileApiLost, 4),
    longestStallMs: outage.longestStallMs,
    curves: { measured, predicted },
  }
}

function round(value: number, digits = 3): number {
  return Number(value.toFixed(digits))
}
