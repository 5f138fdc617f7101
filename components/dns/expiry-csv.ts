import { type CsvColumn, toCsv } from '@/lib/wire/csv'
import type {
  ClusterFuseDto,
  ForecastDto,
  FusesDto,
  MeasuredPointDto,
  SurvivalPointDto,
} from '@/lib/wire/fuses'

const CURVE: CsvColumn<SurvivalPointDto>[] = [
  ['at', ({ at }) => at],
  ['resolvable_p10', ({ p10 }) => p10],
  ['resolvable_p50', ({ p50 }) => p50],
  ['resolvable_p90', ({ p90 }) => p90],
]

const CLUSTERS: CsvColumn<ClusterFuseDto>[] = [
  ['cluster', ({ clusterName }) => clusterName],
  ['region', ({ region }) => region],
  ['products', ({ products }) => products.join(' ')],
  ['nodes', ({ nodes }) => nodes],
  ['state', ({ state }) => state],
  ['api_lost_at', ({ apiLostAt }) => apiLostAt],
  ['t0_at', ({ t0At }) => t0At],
  ['first_failure_at', ({ firstFailureAt }) => firstFailureAt],
  ['half_at', ({ halfAt }) => halfAt],
  ['dry_at', ({ dryAt }) => dryAt],
  ['dry_earliest_at', ({ dryEarliestAt }) => dryEarliestAt],
  ['dry_latest_at', ({ dryLatestAt }) => dryLatestAt],
  ['basis', ({ basis }) => basis],
]

const MEASURED: CsvColumn<MeasuredPointDto>[] = [
  ['at', ({ at }) => at],
  ['of', ({ of }) => of],
  ['asked', ({ asked }) => asked],
  ['answered', ({ answered }) => answered],
  ['share', ({ share }) => share],
  ['share_low', ({ low }) => low],
  ['share_high', ({ high }) => high],
  ['predicted_p10', ({ predicted }) => predicted.p10],
  ['predicted_p50', ({ predicted }) => predicted.p50],
  ['predicted_p90', ({ predicted }) => predicted.p90],
]

/** What was measured since T0 beside what had been predicted then, a measurement a line. */
export function measuredCsv({ measured }: ForecastDto): string {
  return toCsv(measured, MEASURED)
}

/** The survival curve, an instant a line. */
export function curveCsv({ curve }: FusesDto): string {
  return toCsv(curve, CURVE)
}

/** The burning and dry clusters, one a line. */
export function fusesCsv({ clusters }: FusesDto): string {
  return toCsv(clusters, CLUSTERS)
}
