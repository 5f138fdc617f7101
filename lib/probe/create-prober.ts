import type { Clock } from '../clock/clock'
import type { Cluster } from '../fleet/types'
import type { ClusterClient } from '../kube/types'
import { ClusterLoop } from './cluster-loop'
import { LagMeter } from './lag-meter'
import { RequestGate } from './request-gate'
import type { InventoryFact, Observation, ProbeCost, ProbeLimits, ProbeMood } from './types'

/** About three times what the busiest schedule needs, and well below what one API server notices. */
const PROBE_LIMITS: ProbeLimits = {
  maxInFlight: 512,
  maxInFlightPerCluster: 6,
  requestsPerMinute: 90,
  bytesPerMinute: 24 << 20,
}

/** A fleet of so many is met over the whole first minute, a smaller one in its share of it, but not in a burst. */
const FULL_SPREAD_CLUSTERS = 60
const LEAST_SHARE = 1 / 12

export interface Prober {
  /** Once; a prober that was stopped is not started again. */
  start(): void
  /** Resolves when no request runs any more. */
  stop(): Promise<void>
  /** Loops of clusters that are gone end, new ones begin, the others go on with the new lanes. */
  setClusters(clusters: readonly Cluster[]): void
  /** Undefined for a cluster that is not probed. */
  cost(clusterId: string): ProbeCost | undefined
  /** How closely to watch; a loop becomes attentive by itself for a minute when its probes fail. */
  demand(clusterId: string, mood: ProbeMood): void
}

/**
 * Watches a fleet: one loop a cluster, a constant cost per cluster, bounded over the fleet. A probe that fails is an
 * observation like any other; nothing throws past a loop.
 */
export function createProber(options: {
  clock: Clock
  client: ClusterClient
  clusters: readonly Cluster[]
  onObservation: (observation: Observation) => void
  onInventory: (fact: InventoryFact) => void
  /** Faults of the program (a listener that throws), never of a cluster. */
  onFault?: (clusterId: string, error: unknown) => void
  limits?: Partial<ProbeLimits>
}): Prober {
  const limits = { ...PROBE_LIMITS, ...options.limits }
  const gate = new RequestGate(limits.maxInFlight, limits.maxInFlightPerCluster)
  const onFault = options.onFault ?? ((clusterId, error) => console.error('probe fault', clusterId, error))
  const lag = new LagMeter(options.clock)
  const stopping = new AbortController()
  let measuring: Promise<void> | undefined
  const loops = new Map<string, ClusterLoop>()
  /** Loops that were taken out and still finish their last requests. */
  const leaving = new Set<Promise<void>>()
  let started = false

  function setClusters(clusters: readonly Cluster[]): void {
    const usable = new Map(clusters.filter(c => !c.problem && c.lanes.length > 0).map(c => [c.id, c]))
    const firstShare = Math.min(1, Math.max(LEAST_SHARE, usable.size / FULL_SPREAD_CLUSTERS))
    for (const [id, loop] of loops) {
      if (usable.has(id)) continue
      loops.delete(id)
      const gone = loop.stop().finally(() => leaving.delete(gone))
      leaving.add(gone)
    }
    for (const [id, cluster] of usable) {
      const known = loops.get(id)
      if (known) known.update(cluster)
      else {
        const loop = new ClusterLoop(cluster, { ...options, gate, lag, limits, onFault }, firstShare)
        loops.set(id, loop)
        if (started) loop.start()
      }
    }
  }

  setClusters(options.clusters)
  return {
    start() {
      started = true
      measuring ??= lag.run(stopping.signal)
      for (const loop of loops.values()) loop.start()
    },
    async stop() {
      started = false
      const all = [...loops.values()]
      loops.clear()
      stopping.abort()
      await Promise.all([measuring, ...all.map(loop => loop.stop()), ...leaving])
    },
    setClusters,
    cost: clusterId => loops.get(clusterId)?.cost(),
    demand: (clusterId, mood) => loops.get(clusterId)?.demand(mood),
  }
}
