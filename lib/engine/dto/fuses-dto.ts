import type { LitFuse } from '../../dns/fuse/cluster-fuse'
import type { FuseTracker } from '../../dns/fuse/fuse-tracker'
import { fleetCurve, instantsAround, nextCliff, type Weighted } from '../../dns/fuse/roll-up'
import type { ClusterFuse, SurvivalPoint } from '../../dns/types'
import type { ProductDto } from '../../wire/fleet'
import type { ClusterFuseDto, FusesDto, SurvivalPointDto } from '../../wire/fuses'
import type { ClusterRecord } from '../cluster-record'
import { iso, isoOrNull } from './times'

export const round = (value: number) => Math.round(value * 1e4) / 1e4

export function survivalDto(points: SurvivalPoint[]): SurvivalPointDto[] {
  return points.map(({ at, p10, p50, p90 }) => ({
    at: iso(at),
    p10: round(p10),
    p50: round(p50),
    p90: round(p90),
  }))
}

/** One cluster's fuse; one that was never laid counts as unknown. */
export function clusterFuseDto(record: ClusterRecord, fuse: ClusterFuse | undefined): ClusterFuseDto {
  const { id, name, region, products } = record.cluster
  const { p10, p50, p90 } = fuse?.resolvable ?? { p10: 1, p50: 1, p90: 1 }
  return {
    clusterId: id,
    clusterName: name,
    region,
    products,
    nodes: record.nodes ?? null,
    state: fuse?.state ?? 'Unknown',
    apiLostAt: isoOrNull(fuse?.apiLostAt),
    t0At: isoOrNull(fuse?.t0At),
    t0Basis: fuse?.t0Basis ?? null,
    firstFailureAt: isoOrNull(fuse?.firstFailureAt),
    halfAt: isoOrNull(fuse?.halfAt),
    dryAt: isoOrNull(fuse?.dryAt),
    dryEarliestAt: isoOrNull(fuse?.dryBand?.p10),
    dryLatestAt: isoOrNull(fuse?.dryBand?.p90),
    secondsLeft: fuse?.secondsLeft === undefined ? null : Math.round(fuse.secondsLeft),
    resolvable: { p10: round(p10), p50: round(p50), p90: round(p90) },
    basis: fuse?.basis ?? 'assumed',
    notes: fuse?.notes ?? [],
  }
}

interface Burning extends Weighted {
  record: ClusterRecord
  fuse: ClusterFuse
}

/** The fleet's fuses: only clusters that burn or are dry are listed one by one. */
export function fusesDto(
  records: Iterable<ClusterRecord>,
  tracker: FuseTracker,
  products: ProductDto[],
  now: number,
): FusesDto {
  const burning: Burning[] = []
  let fresh = 0
  for (const record of records) {
    const lit = tracker.basis(record.cluster.id)?.lit
    const fuse = tracker.fuse(record.cluster.id, now)
    if (lit && fuse) burning.push({ record, fuse, lit, weight: Math.max(1, record.nodes ?? 1) })
    else if (fuse?.state === 'Fresh') fresh++
  }
  const lit = burning.map(item => item.lit)
  const dry = burning.filter(item => item.fuse.state === 'Dry').length
  const byId = new Map(burning.map(item => [item.record.cluster.id, item.record]))
  const cliff = nextCliff(lit, now)
  const nextRecord = cliff && byId.get(cliff.clusterId)
  const least = (values: (number | undefined)[]) => {
    const known = values.filter(value => value !== undefined)
    return known.length > 0 ? Math.min(...known) : undefined
  }
  return {
    at: iso(now),
    burning: burning.length - dry,
    dry,
    fresh,
    next:
      cliff && nextRecord
        ? {
            clusterId: cliff.clusterId,
            clusterName: nextRecord.cluster.name,
            nodes: nextRecord.nodes ?? null,
            dryAt: iso(cliff.dryAt),
            more: cliff.more,
            moreBy: isoOrNull(cliff.moreBy),
          }
        : null,
    apiLostAt: isoOrNull(least(burning.map(item => item.fuse.apiLostAt))),
    t0At: isoOrNull(least(burning.map(item => item.fuse.t0At))),
    impactAt: isoOrNull(least(burning.map(item => item.fuse.firstFailureAt))),
    allDryAt: burning.length > 0 ? isoOrNull(Math.max(...lit.map(one => one.dry.p50))) : null,
    curve: burning.length > 0 ? survivalDto(fleetCurve(burning, instantsAround(now))) : [],
    products: products.map(({ id, name }) => productFuseDto(id, name, burning)),
    clusters: burning.map(item => clusterFuseDto(item.record, item.fuse)),
    outlook: null,
  }
}

function productFuseDto(product: string, name: string, burning: Burning[]): FusesDto['products'][number] {
  const own = burning.filter(item => item.record.cluster.products.includes(product))
  const ahead = own.filter(item => item.fuse.state === 'Burning').map((item): LitFuse => item.lit)
  return {
    product,
    name,
    burning: ahead.length,
    dry: own.length - ahead.length,
    firstDryAt: own.length > 0 ? isoOrNull(Math.min(...own.map(item => item.lit.dry.p50))) : null,
  }
}
