import { CurveCache } from '../dns/fuse/curve-cache'
import { shapeOf, type Traffic } from '../dns/fuse/shape'
import { rankChanges } from '../dns/readiness/rank-changes'
import { survivalBudget } from '../dns/readiness/survival-budget'
import { HoldfastError } from '../errors'
import type { ClusterReadinessDto, ReadinessClusterDto, ReadinessDto } from '../wire/readiness'
import type { ClusterRecord } from './cluster-record'
import { dnsLoadDto } from './dto/dns-load-dto'
import { iso } from './dto/times'
import { type FleetScope, recordsIn } from './fleet-scope'

/** Of clusters below the bar, so many are named in a refusal. */
const MOST_NAMED = 20
/** Curves of new shapes take a millisecond or two: so many clusters are looked at before others get a turn. */
const AT_ONCE = 25

export interface ReadinessQuery extends FleetScope {
  minSurvivalSeconds?: number
}

/** How long each cluster would outlive its control plane, computed from what was read while it was healthy. */
export class Readiness {
  readonly #curves: CurveCache

  constructor(curves = new CurveCache()) {
    this.#curves = curves
  }

  /**
   * `traffic`: lookups at node caches, by cluster, where they are measured.
   * @throws HoldfastError `not-found` when nothing fits; `blocked-by-guard` when a cluster is below the bar
   */
  async fleet(
    all: ReadonlyMap<string, ClusterRecord>,
    query: ReadinessQuery,
    now: number,
    traffic: ReadonlyMap<string, Traffic> = new Map(),
  ): Promise<ReadinessDto> {
    const { minSurvivalSeconds } = query
    const records = recordsIn(all, query)
    const clusters: ReadinessClusterDto[] = []
    for (const [i, record] of records.entries()) {
      clusters.push(this.#cluster(record, now, traffic.get(record.cluster.id)))
      if (i % AT_ONCE === AT_ONCE - 1) await new Promise(resolve => setImmediate(resolve))
    }
    clusters.sort((a, b) => a.felt.p50 - b.felt.p50 || (a.name < b.name ? -1 : 1))
    if (minSurvivalSeconds !== undefined) assertReady(clusters, minSurvivalSeconds)
    return { at: iso(now), minSurvivalSeconds: minSurvivalSeconds ?? null, clusters }
  }

  /** One cluster with the changes that would lengthen its budget. */
  one(record: ClusterRecord, now: number, traffic?: Traffic): ClusterReadinessDto {
    const { criticalNames } = record.cluster
    const changes = rankChanges(record.chainSources, this.#curves, { criticalNames, traffic })
    return {
      ...this.#cluster(record, now, traffic),
      at: iso(now),
      load: dnsLoadDto(shapeOf(record.chain, 'first-failure', 'unknown', traffic), record.nodes, traffic),
      changes: changes.map(({ budget: { felt, dry }, before, ...change }) => ({
        ...change,
        before: before.felt,
        felt,
        dry,
      })),
    }
  }

  #cluster(
    { cluster, chain, nodes, lanes }: ClusterRecord,
    now: number,
    traffic: Traffic | undefined,
  ): ReadinessClusterDto {
    const { felt, dry, basis, flags } = survivalBudget(chain, this.#curves, traffic)
    return {
      id: cluster.id,
      name: cluster.name,
      region: cluster.region,
      products: cluster.products,
      nodes: nodes ?? null,
      basis,
      felt,
      dry,
      traffic: traffic ? { lookupsPerSecond: traffic.lookupsPerSecond, names: traffic.names } : null,
      flags,
      lanes: {
        total: cluster.lanes.length,
        unproven: lanes
          .unproven(cluster.lanes, now)
          .map(({ lane: { id, title }, why }) => ({ id, title, why })),
      },
    }
  }
}

/** What is assumed passes no bar: a pipeline must not build on a chain that nobody has read. */
function assertReady(clusters: readonly ReadinessClusterDto[], minSeconds: number): void {
  const below = clusters.filter(({ felt, basis }) => basis === 'assumed' || felt.p50 < minSeconds)
  if (below.length === 0) return
  const one = below.length === 1
  throw new HoldfastError(
    'blocked-by-guard',
    `${below.length} of ${clusters.length} clusters ${one ? 'does' : 'do'} not outlive ${one ? 'its' : 'their'} control plane by ${minSeconds} s.`,
    {
      hint: 'GET /api/v1/clusters/{id}/readiness tells which changes would lengthen it.',
      where: 'min-survival-seconds',
      blockedBy: below.slice(0, MOST_NAMED).map(({ name, felt, basis }) => ({
        guard: 'readiness.minSurvival',
        reason:
          basis === 'assumed'
            ? `${name}: no Corefile was read, so its budget is not known`
            : `${name}: names begin to fail after ${Math.round(felt.p50)} s`,
      })),
    },
  )
}
