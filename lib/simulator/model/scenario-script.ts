import type { ModelCluster, ScenarioEvent } from './types'

/** A fleet and what happens to it: `play` is called once for each second, before the fleet's step. */
export interface ScenarioScript {
  clusters: readonly ModelCluster[]
  play(second: number, emit: (event: ScenarioEvent) => void): void
}
