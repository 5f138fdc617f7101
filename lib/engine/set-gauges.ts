import { rollUp } from '../health/roll-up'
import type { FleetWatch } from './fleet-watch'
import type { createOwnMetrics } from './own-metrics'

/** Sets Holdfast's own gauges from the present. */
export function setGauges(
  metrics: ReturnType<typeof createOwnMetrics>,
  watch: FleetWatch,
  own: { readers: number; behindMs: number; databaseUp: boolean },
): void {
  const counts = rollUp([...watch.records.values()].map(record => record.verdict))
  for (const [state, count] of Object.entries(counts)) metrics.clusters.set({ state }, count)
  metrics.readers.set(own.readers)
  metrics.lag.set(own.behindMs / 1000)
  metrics.database.set(own.databaseUp ? 1 : 0)
}
