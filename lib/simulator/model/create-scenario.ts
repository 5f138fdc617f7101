import { createFleet } from './create-fleet'
import { dec11Script } from './scenario-dec-11'
import { FAULT_PLANS, faultScript } from './scenario-fault'
import type { ScenarioScript } from './scenario-script'
import { smallFleetScript } from './scenario-small-fleet'
import { SCENARIO_START_AT } from './scenario-time'
import { stepCluster } from './step-cluster'
import type { Scenario, ScenarioEvent, ScenarioName, ScenarioOptions } from './types'

/** A fleet with a script. The same name, seed and options, and the same levers in the same seconds, give the same run. */
export function createScenario(name: ScenarioName, seed: number, options: ScenarioOptions = {}): Scenario {
  const script = scriptOf(name, seed, options)
  const { clusters } = script
  let second = 0
  return {
    name,
    startAt: SCENARIO_START_AT,
    clusters,
    get second() {
      return second
    },
    advance(toSecond, onEvent) {
      const events: ScenarioEvent[] = []
      const emit = (event: ScenarioEvent) => {
        events.push(event)
        onEvent?.(event)
      }
      for (; second < toSecond; second++) {
        script.play(second, emit)
        for (const cluster of clusters) if (!options.frozen?.(cluster, second)) stepCluster(cluster)
      }
      return events
    },
  }
}

function scriptOf(name: ScenarioName, seed: number, options: ScenarioOptions): ScenarioScript {
  switch (name) {
    case 'dec-11':
      return dec11Script(seed, options)
    case 'small-fleet':
    case 'bad-update':
      return smallFleetScript(seed)
    case 'calm':
      return { clusters: createFleet({ seed }), play() {} }
    default:
      return faultScript(seed, FAULT_PLANS[name])
  }
}
