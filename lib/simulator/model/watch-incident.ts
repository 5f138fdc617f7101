import { driveHeadless } from './drive-headless'
import type { ModelCluster, Scenario } from './types'
import { userImpact } from './user-impact'

/** Seconds at which the stations of an incident were passed, as an all-knowing observer sees them. */
export interface IncidentTimes {
  /** Thirty slow or failing seconds in one cluster. */
  overloadAt?: number
  impactAt?: number
  worstAt: number
  worstImpact: number
  firstRecoveredAt?: number
  allRecoveredAt?: number
  lost: ReadonlySet<ModelCluster>
  recovered: ReadonlySet<ModelCluster>
}

/** Impact that users notice: this share of one product's requests. */
const NOTICED = 0.025
const OVERLOADED_SECONDS = 30
const CALM_SECONDS = 300

/** Runs a scenario headless and notes its stations; ends early once all lost clusters are well. */
export function watchIncident(scenario: Scenario, toSecond: number): IncidentTimes {
  const lost = new Set<ModelCluster>()
  const recovered = new Set<ModelCluster>()
  const slowFor = new Map<ModelCluster, number>()
  const calmFor = new Map<ModelCluster, number>()
  const times: IncidentTimes = { worstAt: 0, worstImpact: 0, lost, recovered }

  driveHeadless(scenario, toSecond, second => {
    for (const cluster of scenario.clusters) {
      const slow = cluster.success < 0.8 || cluster.latencySeconds > 1
      const streak = Math.max(0, (slowFor.get(cluster) ?? 0) + (slow ? 1 : -2))
      slowFor.set(cluster, streak)
      if (streak >= OVERLOADED_SECONDS) times.overloadAt ??= second
      if (cluster.dnsLostAt !== undefined) lost.add(cluster)
      if (!lost.has(cluster) || recovered.has(cluster)) continue
      const calm = isWell(cluster) ? (calmFor.get(cluster) ?? 0) + 1 : 0
      calmFor.set(cluster, calm)
      if (calm < CALM_SECONDS) continue
      recovered.add(cluster)
      times.firstRecoveredAt ??= second
      times.allRecoveredAt = second
    }
    if (second % 10 === 0) {
      const worst = Math.max(...Object.values(userImpact(scenario.clusters)))
      if (worst >= NOTICED) times.impactAt ??= second
      if (worst > times.worstImpact) {
        times.worstImpact = worst
        times.worstAt = second
      }
    }
    return lost.size === 0 || recovered.size < lost.size
  })
  return times
}

function isWell(cluster: ModelCluster): boolean {
  const causeGone = cluster.agentTarget === 0 && cluster.agents < 1 && cluster.blockedShare === 0
  const apiWell = cluster.success > 0.95 && cluster.latencySeconds < 0.5
  const namesWell = cluster.dnsSynced > 0.95 && cluster.dnsEmpty < 0.01
  return causeGone && apiWell && namesWell && cluster.downloadBacklog < 0.05
}
