import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCluster } from './create-cluster'
import { createScenario } from './create-scenario'
import { driveHeadless } from './drive-headless'
import * as levers from './levers'
import { serverMetrics } from './server-metrics'
import { stepCluster } from './step-cluster'
import type { ModelCluster } from './types'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const lever: fc.Arbitrary<(cluster: ModelCluster) => void> = fc.oneof(
  fc.constantFrom(
    levers.applyDaemonSet,
    levers.deleteDaemonSet,
    levers.deletePods,
    levers.liftReject,
    levers.revoke,
    levers.restoreRights,
    levers.loseZone,
    levers.restoreZone,
    (cluster: ModelCluster) => levers.reject(cluster, 3),
    (cluster: ModelCluster) => levers.restart(cluster, 1),
    (cluster: ModelCluster) => levers.addServers(cluster, 1, 5),
    (cluster: ModelCluster) => levers.setEtcdSlow(cluster, 0.6),
    (cluster: ModelCluster) => levers.setDnsBroken(cluster, 1 / 60),
  ),
  share.map(part => (cluster: ModelCluster) => levers.block(cluster, part)),
  share.map(part => (cluster: ModelCluster) => levers.setWebhookDown(cluster, part)),
  fc
    .integer({ min: 20, max: 6000 })
    .map(nodes => (cluster: ModelCluster) => levers.scaleNodes(cluster, nodes)),
  fc
    .integer({ min: 0, max: 6000 })
    .map(nodes => (cluster: ModelCluster) => levers.setAgentTarget(cluster, nodes)),
)

function expectSane(cluster: ModelCluster): void {
  for (const value of [
    cluster.success,
    cluster.success40,
    cluster.dnsSynced,
    cluster.dnsEmpty,
    cluster.serviceFailure,
  ]) {
    expect(value).toBeGreaterThanOrEqual(0)
    expect(value).toBeLessThanOrEqual(1)
  }
  expect(cluster.agents).toBeGreaterThanOrEqual(0)
  expect(cluster.latencySeconds).toBeGreaterThan(0)
  for (const [index, server] of cluster.servers.entries()) {
    expect(server.residentGB).toBeGreaterThan(0)
    expect(server.residentGB).toBeLessThanOrEqual(cluster.memoryGB)
    expect(server.coresInUse).toBeLessThanOrEqual(cluster.cores)
    for (const field of Object.values(serverMetrics(cluster, index) ?? {}))
      if (typeof field === 'number') expect(Number.isFinite(field)).toBe(true)
  }
}

describe('stepCluster', { timeout: 60_000 }, () => {
  it('keeps its quantities finite and in range whatever is done to the cluster', () => {
    const cases = fc.record({
      nodes: fc.integer({ min: 40, max: 7500 }),
      seatsPerList: fc.constantFrom<1 | 10>(1, 10),
      seed: fc.integer(),
      moves: fc.array(fc.tuple(lever, fc.integer({ min: 1, max: 120 })), { minLength: 1, maxLength: 8 }),
    })
    fc.assert(
      fc.property(cases, ({ nodes, seatsPerList, seed, moves }) => {
        const cluster = createCluster({ name: 'c', nodes, seatsPerList, seed, dnsFragility: 1 / 60 })
        levers.applyDaemonSet(cluster)
        for (let second = 0; second < 120; second++) stepCluster(cluster)
        for (const [pull, seconds] of moves) {
          pull(cluster)
          for (let second = 0; second < seconds; second++) stepCluster(cluster)
          expectSane(cluster)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('gives the same run for the same seed', () => {
    const run = (seed: number) => {
      const scenario = createScenario('small-fleet', seed)
      driveHeadless(scenario, 1500)
      return scenario.clusters.map(({ random, servers, ...rest }) => ({
        ...rest,
        servers: servers.map(s => ({ ...s, stages: [...s.stages] })),
      }))
    }
    expect(run(4)).toEqual(run(4))
    expect(run(4)).not.toEqual(run(5))
  })

  it('counts finished LISTs only, and starts its counters again with the process', () => {
    const cluster = createCluster({ name: 'c', nodes: 2000, seed: 7, seatsPerList: 1, podsPerNode: 26 })
    expect(serverMetrics(cluster, 0)).toMatchObject({ rejectedTotal: undefined, forbiddenTotal: undefined })
    levers.applyDaemonSet(cluster)
    let most = 0
    let executing = 0
    for (let second = 0; second < 1200; second++) {
      stepCluster(cluster)
      const metrics = serverMetrics(cluster, 0)
      executing = Math.max(executing, metrics?.flows[0]?.executingRequests ?? 0)
      most = Math.max(most, metrics?.processStartSecond ?? most)
    }
    expect(executing).toBeGreaterThan(50)
    expect(most).toBeGreaterThan(0)
    levers.restart(cluster, 0)
    expect(serverMetrics(cluster, 0)).toBeUndefined()
    expect(cluster.servers[0]?.lightTotal).toBe(0)
  })
})
