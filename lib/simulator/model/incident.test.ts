import { describe, expect, it } from 'vitest'
import { createScenario } from './create-scenario'
import { driveHeadless } from './drive-headless'
import { secondAt } from './scenario-time'
import type { ModelCluster, ScenarioEvent } from './types'
import { watchIncident } from './watch-incident'

/** Clusters up to 1,250 nodes are not lost: they stand still once the roll-out has passed them, for speed. */
const frozen = (cluster: ModelCluster, second: number) => second > secondAt(15, 12) && cluster.nodes < 1250
const minutesOff = (second: number | undefined, hours: number, minutes: number) =>
  Math.abs((second ?? Number.POSITIVE_INFINITY) - secondAt(hours, minutes)) / 60

const coresOf = (cluster: ModelCluster) =>
  cluster.servers.reduce((sum, { coresInUse }) => sum + coresInUse, 0)

/** Least squares of log(added cores) over log(nodes). */
function exponent(points: { nodes: number; added: number }[]): number {
  const logs = points.map(({ nodes, added }) => [Math.log(nodes), Math.log(added)] as const)
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length
  const above = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  return above / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
}

// Hours of a fleet are simulated here: seconds on a calm machine.
describe('dec-11', { timeout: 60_000 }, () => {
  it.each([1, 2])('passes the post-mortem’s stations within two minutes, seed %i', seed => {
    const times = watchIncident(createScenario('dec-11', seed, { hands: 'none', frozen }), secondAt(15, 50))
    expect(minutesOff((times.overloadAt ?? Number.POSITIVE_INFINITY) + 60, 15, 13)).toBeLessThanOrEqual(2)
    expect(minutesOff(times.impactAt, 15, 16)).toBeLessThanOrEqual(2)
    expect(minutesOff(times.worstAt, 15, 40)).toBeLessThanOrEqual(2)
    expect(times.worstImpact).toBeGreaterThan(0.75)
    expect(times.lost.size).toBeGreaterThan(28)
    expect(Math.min(...[...times.lost].map(({ nodes }) => nodes))).toBeGreaterThan(1200)
    expect(times.recovered.size).toBe(0)
  })

  it('is recovered by the hands of the post-mortem at about its times', () => {
    const times = watchIncident(createScenario('dec-11', 2, { frozen }), secondAt(20, 0))
    expect(minutesOff(times.firstRecoveredAt, 16, 36)).toBeLessThan(5)
    expect(minutesOff(times.allRecoveredAt, 19, 38)).toBeLessThan(12)
    expect(times.recovered).toEqual(times.lost)
  })

  it('adds load as nodes to the power of 1.9', () => {
    const scenario = createScenario('dec-11', 1, { hands: 'none' })
    const before = new Map(scenario.clusters.map(cluster => [cluster, coresOf(cluster)]))
    driveHeadless(scenario, secondAt(15, 11), (_, events) => {
      for (const { cluster } of events) before.set(cluster, coresOf(cluster))
      return true
    })
    const points = scenario.clusters
      .filter(cluster => cluster.agents >= cluster.nodes && cluster.success40 > 0.9)
      .map(cluster => ({ nodes: cluster.nodes, added: coresOf(cluster) - (before.get(cluster) ?? 0) }))
      .filter(({ added }) => added > 0)
    expect(points.length).toBeGreaterThan(150)
    expect(exponent(points)).toBeGreaterThan(1.8)
    expect(exponent(points)).toBeLessThan(2)
  })

  it('applies the workload everywhere between 14:51 and 15:20, the large clusters last', () => {
    const scenario = createScenario('dec-11', 3, { hands: 'none', frozen: () => true })
    const applied = scenario.advance(secondAt(15, 30)).filter(({ kind }) => kind === 'apply-workload')
    expect(new Set(applied.map(({ cluster }) => cluster)).size).toBe(240)
    expect(applied[0]?.second).toBe(secondAt(14, 51))
    expect(Math.max(...applied.map(({ second }) => second))).toBeLessThan(secondAt(15, 20))
    const firstLarge = applied.findIndex(({ cluster }) => cluster.nodes >= 900)
    expect(applied.slice(firstLarge).every(({ cluster }) => cluster.nodes >= 900)).toBe(true)
    expect(scenario.clusters.every(({ agentTarget }) => agentTarget === 0)).toBe(true)
  })

  it('leaves nothing for the hands to do once the cause is gone', () => {
    const smallFrozen = (cluster: ModelCluster, second: number) => second > 60 && cluster.nodes < 1300
    const scenario = createScenario('dec-11', 1, { frozen: smallFrozen })
    driveHeadless(scenario, secondAt(15, 24))
    expect(scenario.clusters.filter(({ dnsLostAt }) => dnsLostAt !== undefined).length).toBeGreaterThan(20)
    for (const cluster of scenario.clusters) {
      cluster.revoked = true
      cluster.agentTarget = 0
      cluster.agentsToDelete = cluster.agents
    }
    const later: ScenarioEvent[] = []
    driveHeadless(scenario, secondAt(16, 20), (_, events) => {
      later.push(...events)
      return true
    })
    expect(later.map(({ kind }) => kind)).not.toContain('network-blocked')
    expect(scenario.clusters.every(({ success40 }) => success40 > 0.9)).toBe(true)
  })
})
