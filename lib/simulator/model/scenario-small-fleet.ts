import { createFleet } from './create-fleet'
import { seededRandom, shuffled } from './random'
import { ringSteps } from './roll-out'
import { DEC_11_DNS_FRAGILITY } from './scenario-dec-11'
import type { ScenarioScript } from './scenario-script'
import { secondAt } from './scenario-time'

/** Twelve clusters of old servers and the same workload in nine minutes: only the largest is lost. */
export function smallFleetScript(seed: number): ScenarioScript {
  const all = { seatsPerList: 1, dnsFragility: DEC_11_DNS_FRAGILITY } as const
  const clusters = createFleet({ seed, clusters: 12, medianNodes: 200, all })
  const order = shuffled(clusters, seededRandom(seed + 5))
  const steps = ringSteps(order, secondAt(14, 51), secondAt(15, 0))
  let applied = 0
  return {
    clusters,
    play(second, emit) {
      for (let step = steps[applied]; step && step.second <= second; step = steps[applied]) {
        applied++
        emit({ kind: 'apply-workload', second, cluster: step.cluster })
      }
    },
  }
}
