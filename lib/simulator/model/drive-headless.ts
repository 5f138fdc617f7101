import { applyDaemonSet, deleteDaemonSet, deletePods } from './levers'
import type { Scenario, ScenarioEvent } from './types'

/** What a scenario's workload events do when no API stands between: the object's life is the levers'. */
function applyEvent(event: ScenarioEvent): void {
  if (event.kind === 'apply-workload') applyDaemonSet(event.cluster)
  else if (event.kind === 'remove-workload') deleteDaemonSet(event.cluster)
  else if (event.kind === 'delete-workload-pods') deletePods(event.cluster)
}

/**
 * Runs a scenario without API servers up to `toSecond`. `eachSecond` is called after every step and ends the run by
 * returning false.
 */
export function driveHeadless(
  scenario: Scenario,
  toSecond: number,
  eachSecond?: (second: number, events: readonly ScenarioEvent[]) => boolean | undefined,
): void {
  while (scenario.second < toSecond) {
    const events = scenario.advance(scenario.second + 1, applyEvent)
    if (eachSecond?.(scenario.second, events) === false) return
  }
}
