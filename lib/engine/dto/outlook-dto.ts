import type { ForecastMemory } from '../../dns/forecast/forecast-memory'
import type { Forecast } from '../../dns/forecast/types'
import type { CurveCache } from '../../dns/fuse/curve-cache'
import type { FuseTracker } from '../../dns/fuse/fuse-tracker'
import { PROGRAMS, programLife } from '../../dns/fuse/programs'
import { shapeOf, type Traffic } from '../../dns/fuse/shape'
import type { Band } from '../../dns/types'
import type { ClusterOutlookDto, ForecastDto } from '../../wire/fuses'
import type { ClusterRecord } from '../cluster-record'
import { dnsLoadDto, roundBand } from './dns-load-dto'
import { round, survivalDto } from './fuses-dto'
import { iso, isoOrNull } from './times'

const KINDS = ['patient', 'hasty', 'musl'] as const

/** What is shown of one cluster beside its fuse: prediction against what happened, load, and who fails when. */
export function outlookDto(
  record: ClusterRecord,
  {
    fuses,
    forecasts,
    curves,
    traffic,
  }: {
    fuses: FuseTracker
    forecasts: ForecastMemory
    curves: CurveCache
    traffic: ReadonlyMap<string, Traffic>
  },
  now: number,
): ClusterOutlookDto {
  const { id, name } = record.cluster
  const lit = fuses.basis(id)?.lit
  const measured = traffic.get(id)
  const shape = lit?.shape ?? shapeOf(record.chain, 'first-failure', 'unknown', measured)
  const forecast = forecasts.forecast(id, now)
  const at = (seconds: number) => isoOrNull(lit && Math.round(lit.anchorAt + 1000 * seconds))
  return {
    clusterId: id,
    clusterName: name,
    forecast: forecast ? forecastDto(forecast) : null,
    load: dnsLoadDto(shape, record.nodes, measured),
    programs: KINDS.map(kind => {
      const { felt, dry } = programLife(shape, PROGRAMS[kind], curves, lit?.weights)
      return {
        kind,
        firstFailureAt: at(felt.p50),
        dryAt: at(dry.p50),
        firstFailureSeconds: round(felt.p50),
        drySeconds: round(dry.p50),
      }
    }),
  }
}

function forecastDto(forecast: Forecast): ForecastDto {
  const { t0At, endedAt, verdict, offBySeconds, dryPredicted, dryNow, predicted, updated, measured } =
    forecast
  return {
    t0At: iso(t0At),
    endedAt: isoOrNull(endedAt),
    verdict,
    offBySeconds: Math.round(offBySeconds),
    dryPredicted: timeBand(dryPredicted),
    dryNow: timeBand(dryNow),
    predicted: survivalDto(predicted),
    updated: survivalDto(updated),
    measured: measured.map(point => ({
      of: point.of,
      at: iso(point.at),
      asked: point.asked,
      answered: round(point.answered),
      share: round(point.share),
      low: round(point.low),
      high: round(point.high),
      predicted: roundBand(point.predicted),
    })),
  }
}

const timeBand = ({ p10, p50, p90 }: Band) => ({ p10: iso(p10), p50: iso(p50), p90: iso(p90) })
