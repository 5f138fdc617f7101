import type { ControlPlaneState } from '../../health/types'
import type { ChangeSeen, ClusterLoad } from '../types'

export const T0 = Date.parse('2024-12-11T23:00:00Z')
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** A generator of numbers in [0, 1), for repeatable rows. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

/** Clusters of 40 to some 5,000 nodes, calm, with 2 % of noise on their cores. */
export function calmFleet(count = 240, seed = 1): ClusterLoad[] {
  const random = seeded(seed)
  return Array.from({ length: count }, (_, i) => {
    const nodes = Math.round(40 * Math.exp((4.8 * (((i * 89) % count) + random())) / count))
    const coresBaseline = 0.05 + nodes * 0.0005
    return {
      clusterId: `c${i}`,
      nodes,
      state: 'Healthy' as ControlPlaneState,
      coresBaseline,
      coresNow: coresBaseline * (0.98 + 0.04 * random()),
      utilisation: coresBaseline / capacityOf(nodes),
      seatsByFlowSchema: {
        'service-accounts': { now: 0, baseline: 0 },
        'system-nodes': { now: 3, baseline: 3 },
      },
    }
  })
}

/** Cores of all API servers. */
function capacityOf(nodes: number): number {
  return nodes <= 300 ? 24 : nodes <= 600 ? 48 : 96
}

export function change(clusterId: string, at: number, more: Partial<ChangeSeen> = {}): ChangeSeen {
  return {
    clusterId,
    at,
    source: 'inventory',
    kind: 'DaemonSet',
    namespace: 'observability',
    name: 'telemetry-collector',
    version: 'v0.9.3',
    created: true,
    serviceAccount: 'telemetry-collector',
    ...more,
  }
}

/** A change on every cluster given, `gapMs` apart from `from` on. */
export function rollOutOver(
  clusters: readonly ClusterLoad[],
  from: number,
  gapMs: number,
  more: Partial<ChangeSeen> = {},
): ChangeSeen[] {
  return clusters.map(({ clusterId }, i) => change(clusterId, from + i * gapMs, more))
}

/**
 * What the fleet shows at `now` when every carrier of the change adds a·nodes^exponent cores: those asked for more
 * than they have are locked out two minutes after the change.
 */
export function underLoad(
  clusters: readonly ClusterLoad[],
  changes: readonly ChangeSeen[],
  now: number,
  { a = 0.00008, exponent = 1.9, seed = 2 } = {},
): ClusterLoad[] {
  const random = seeded(seed)
  const changedAt = new Map(changes.map(({ clusterId, at }) => [clusterId, at]))
  return clusters.map(cluster => {
    const noise = 0.95 + 0.1 * random()
    const at = changedAt.get(cluster.clusterId)
    const { nodes = 0, coresBaseline = 0 } = cluster
    if (at === undefined || now < at + MINUTE) return cluster
    const asked = a * nodes ** exponent * noise
    const capacity = capacityOf(nodes)
    const sick = asked > capacity && now >= at + 2 * MINUTE
    return {
      ...cluster,
      state: sick ? 'LockedOut' : 'Healthy',
      distressSince: sick ? at + 2 * MINUTE + 20_000 * random() : undefined,
      coresNow: Math.min(capacity, coresBaseline + asked),
      utilisation: Math.min(capacity, coresBaseline + asked) / capacity,
      seatsByFlowSchema: {
        'service-accounts': { now: Math.ceil(asked * 2), baseline: 0 },
        'system-nodes': { now: sick ? 40 : 3, baseline: 3 },
      },
    }
  })
}
