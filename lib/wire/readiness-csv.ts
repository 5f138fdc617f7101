import { type CsvColumn, toCsv } from './csv'
import type { ReadinessClusterDto, ReadinessDto } from './readiness'

const COLUMNS: CsvColumn<ReadinessClusterDto>[] = [
  ['cluster', ({ name }) => name],
  ['id', ({ id }) => id],
  ['region', ({ region }) => region],
  ['products', ({ products }) => products.join(' ')],
  ['nodes', ({ nodes }) => nodes],
  ['basis', ({ basis }) => basis],
  ...(['felt', 'dry'] as const).flatMap(what =>
    (['p10', 'p50', 'p90'] as const).map(
      (share): CsvColumn<ReadinessClusterDto> => [
        `${what}_seconds_${share}`,
        row => Math.round(row[what][share]),
      ],
    ),
  ),
  ['lookups_basis', ({ traffic }) => (traffic ? 'measured' : 'assumed')],
  ['lookups_per_second', ({ traffic }) => traffic?.lookupsPerSecond ?? null],
  ['names_per_node', ({ traffic }) => traffic?.names ?? null],
  ['lanes', ({ lanes }) => lanes.total],
  ['lanes_unproven', ({ lanes }) => lanes.unproven.map(({ id }) => id).join(' ')],
  ['flags', ({ flags }) => flags.map(({ code }) => code).join(' ')],
]

/** The readiness list as CSV, a cluster a line. */
export function readinessCsv({ clusters }: ReadinessDto): string {
  return toCsv(clusters, COLUMNS)
}
