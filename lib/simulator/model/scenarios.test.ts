import { describe, expect, it } from 'vitest'
import { createScenario } from './create-scenario'
import { driveHeadless } from './drive-headless'
import { SCENARIO_START_AT, secondAt } from './scenario-time'
import type { ModelCluster, Scenario, ScenarioName } from './types'
import { userImpact } from './user-impact'

/** A few clusters of every region and size are enough for a signature. */
const sampled = (scenario: Scenario) => scenario.clusters.filter((_, i) => i % 8 < 2)
function play(name: ScenarioName, toSecond: number): { scenario: Scenario; moving: ModelCluster[] } {
  let moving: Set<ModelCluster> | undefined
  const scenario = createScenario(name, 1, { frozen: cluster => !moving?.has(cluster) })
  moving = new Set(sampled(scenario))
  driveHeadless(scenario, toSecond)
  return { scenario, moving: [...moving] }
}
const worstImpact = (clusters: readonly ModelCluster[]) => Math.max(...Object.values(userImpact(clusters)))

describe('scenarios', { timeout: 60_000 }, () => {
  it('start at 14:45 in San Francisco', () => {
    expect(new Date(SCENARIO_START_AT).toISOString()).toBe('2024-12-11T22:45:00.000Z')
    expect(createScenario('calm', 1).startAt).toBe(SCENARIO_START_AT)
  })

  it('calm: nothing happens', () => {
    const { scenario, moving } = play('calm', 1800)
    expect(scenario.advance(1801)).toEqual([])
    for (const cluster of moving) {
      expect(cluster.success40).toBeGreaterThan(0.999)
      expect(cluster.latencySeconds).toBeLessThan(0.02)
      expect(cluster.dnsSynced).toBeGreaterThan(0.999)
    }
    expect(worstImpact(moving)).toBeLessThan(1e-9)
  })

  it('small-fleet: only the largest of twelve is lost', () => {
    const scenario = createScenario('small-fleet', 1)
    driveHeadless(scenario, secondAt(15, 25))
    const lost = scenario.clusters.filter(({ success40 }) => success40 < 0.5)
    expect(scenario.clusters).toHaveLength(12)
    expect(lost).toHaveLength(1)
    expect(lost[0]?.nodes).toBe(Math.max(...scenario.clusters.map(({ nodes }) => nodes)))
  })

  it('etcd-slow: one region’s storage, whatever the size, and no LISTs', () => {
    const { moving } = play('etcd-slow', secondAt(15, 10))
    const slow = moving.filter(({ etcdLatencySeconds }) => etcdLatencySeconds > 0.3)
    expect(slow).toEqual(moving.filter(({ region }) => region === 'us-west'))
    expect(Math.max(...slow.map(({ servers }) => Math.max(...servers.map(s => s.runningLists))))).toBe(0)
  })

  it('etcd-slow ends', () => {
    const { moving } = play('etcd-slow', secondAt(15, 35))
    expect(moving.every(({ etcdLatencySeconds }) => etcdLatencySeconds < 0.01)).toBe(true)
  })

  it('webhook-down: writes fail in every fifth cluster, the API is well', () => {
    const { scenario, moving } = play('webhook-down', secondAt(15, 10))
    expect(scenario.clusters.filter(({ webhookDownShare }) => webhookDownShare === 1)).toHaveLength(48)
    expect(moving.every(({ success40 }) => success40 > 0.99)).toBe(true)
  })

  it('dns-only: names fail in one region while its API is well, and users feel it', () => {
    const { moving } = play('dns-only', secondAt(15, 20))
    const lost = moving.filter(({ dnsLostAt }) => dnsLostAt !== undefined)
    expect(lost).toEqual(moving.filter(({ region }) => region === 'eu-west'))
    expect(lost.every(({ success40 }) => success40 > 0.99)).toBe(true)
    expect(worstImpact(moving)).toBeGreaterThan(0.05)
  })

  it('one-zone: one server of three refuses and a third of the nodes are NotReady, in one region', () => {
    const { moving } = play('one-zone', secondAt(15, 10))
    const struck = moving.filter(({ notReadyShare }) => notReadyShare > 0.3)
    expect(struck).toEqual(moving.filter(({ region }) => region === 'us-central'))
    expect(struck.every(({ servers }) => servers.filter(({ up }) => !up).length === 1)).toBe(true)
    const { moving: later } = play('one-zone', secondAt(15, 50))
    expect(
      later.every(({ notReadyShare, servers }) => notReadyShare < 0.05 && servers.every(({ up }) => up)),
    ).toBe(true)
  })
})
