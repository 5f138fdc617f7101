import { beforeEach, describe, expect, it } from 'vitest'
import { createCluster } from './create-cluster'
import * as levers from './levers'
import { DEC_11_DNS_FRAGILITY } from './scenario-dec-11'
import { stepCluster } from './step-cluster'
import type { ModelCluster } from './types'

const apiIsBack = (cluster: ModelCluster) => cluster.success40 > 0.9

function run(cluster: ModelCluster, minutes: number, eachSecond?: (second: number) => void): void {
  for (let second = 0; second < minutes * 60; second++) {
    eachSecond?.(second)
    stepCluster(cluster)
  }
}

/** Minutes until `reached`, at most `most`. */
function minutesUntil(cluster: ModelCluster, reached: () => boolean, most = 120): number {
  for (let second = 0; second < most * 60; second++) {
    if (reached()) return second / 60
    stepCluster(cluster)
  }
  return Number.POSITIVE_INFINITY
}

/** A cluster of 2,000 nodes after twenty minutes of lock-out. */
function lockedOut(): ModelCluster {
  const cluster = createCluster({
    name: 'use-chat-01',
    nodes: 2000,
    seed: 7,
    seatsPerList: 1,
    podsPerNode: 26,
    dnsFragility: DEC_11_DNS_FRAGILITY,
    dnsTtlSeconds: 1110,
  })
  levers.applyDaemonSet(cluster)
  expect(minutesUntil(cluster, () => cluster.apiLostAt !== undefined)).toBeLessThan(5)
  run(cluster, 20)
  return cluster
}

describe('a cluster that is locked out', () => {
  let cluster: ModelCluster
  beforeEach(() => {
    cluster = lockedOut()
  })

  it('stays so: no controller manager, no names, and nothing mends itself', () => {
    expect(cluster.controllerManagerUp).toBe(false)
    expect(cluster.dnsSynced).toBeLessThan(0.05)
    expect(cluster.notReadyShare).toBeGreaterThan(0.2)
    run(cluster, 60)
    expect(cluster.success40).toBeLessThan(0.5)
  })

  it('is not helped by deleting the DaemonSet alone, for nobody collects its pods', () => {
    const before = cluster.agents
    levers.deleteDaemonSet(cluster)
    run(cluster, 30)
    expect(cluster.agents).toBeGreaterThan(before * 0.9)
    expect(apiIsBack(cluster)).toBe(false)
  })

  it('is overloaded again after all API servers restart', () => {
    for (let i = 0; i < cluster.servers.length; i++) levers.restart(cluster, i)
    run(cluster, 20)
    expect(apiIsBack(cluster)).toBe(false)
  })

  it('is back about two minutes after the agents’ rights are revoked; the agents stay', () => {
    levers.revoke(cluster)
    const minutes = minutesUntil(cluster, () => apiIsBack(cluster))
    expect(minutes).toBeGreaterThan(0.5)
    expect(minutes).toBeLessThan(5)
    expect(minutesUntil(cluster, () => cluster.dnsSynced > 0.95)).toBeLessThan(6)
    run(cluster, 30)
    expect(apiIsBack(cluster)).toBe(true)
    expect(cluster.agents).toBeGreaterThan(1000)
  })

  it('is lost again when the rights come back while the agents run', () => {
    levers.revoke(cluster)
    run(cluster, 10)
    levers.restoreRights(cluster)
    run(cluster, 10)
    expect(apiIsBack(cluster)).toBe(false)
  })

  it.each([0, 3])('is back about two minutes after the agents are rejected, leak %i', leak => {
    levers.reject(cluster, leak)
    expect(minutesUntil(cluster, () => apiIsBack(cluster))).toBeLessThan(5)
  })

  it('recovers wholly by revoking, deleting the object, and deleting its pods', () => {
    levers.revoke(cluster)
    levers.deleteDaemonSet(cluster)
    levers.deletePods(cluster)
    expect(minutesUntil(cluster, () => cluster.agents < 1)).toBeLessThan(0.5)
    expect(minutesUntil(cluster, () => apiIsBack(cluster))).toBeLessThan(5)
    levers.restoreRights(cluster)
    run(cluster, 30)
    expect(apiIsBack(cluster)).toBe(true)
    expect(cluster.serviceFailure).toBeLessThan(0.05)
    expect(cluster.controllerManagerUp).toBe(true)
  })

  it('recovers by revoking and deleting alone: the controller manager comes back and collects', () => {
    levers.revoke(cluster)
    levers.deleteDaemonSet(cluster)
    expect(minutesUntil(cluster, () => cluster.agents < 1)).toBeLessThan(12)
  })

  it('is lost again when nodes are blocked and let back without removing the cause', () => {
    levers.block(cluster, 1)
    expect(minutesUntil(cluster, () => apiIsBack(cluster))).toBeLessThan(5)
    run(cluster, 5)
    levers.block(cluster, 0)
    run(cluster, 5)
    expect(apiIsBack(cluster)).toBe(false)
  })

  it('comes back when half of its nodes go over twenty minutes', () => {
    const nodes = cluster.nodes
    run(cluster, 20, second => levers.scaleNodes(cluster, nodes * (1 - (0.5 * (second + 1)) / 1200)))
    run(cluster, 5)
    expect(cluster.nodes).toBeCloseTo(1000)
    expect(apiIsBack(cluster)).toBe(true)
  })

  it('gets no relief from more API servers when etcd is the limit', () => {
    levers.addServers(cluster, 3, 600)
    run(cluster, 30)
    expect(cluster.servers).toHaveLength(6)
    expect(apiIsBack(cluster)).toBe(false)
  })

  it('serves fewer failing users when traffic is shifted, and is no better itself', () => {
    levers.shiftTraffic(cluster, 0.3)
    run(cluster, 5)
    expect(apiIsBack(cluster)).toBe(false)
    expect(cluster.trafficShifted).toBe(0.3)
  })
})

describe('a DaemonSet restricted to some nodes', () => {
  it('runs there only, and shrinks at the controller’s pace', () => {
    const cluster = createCluster({ name: 'c', nodes: 400, seed: 3 })
    levers.setAgentTarget(cluster, 100)
    run(cluster, 2)
    expect(cluster.agents).toBe(100)
    levers.applyDaemonSet(cluster)
    run(cluster, 2)
    expect(cluster.agents).toBe(400)
    levers.setAgentTarget(cluster, 50)
    run(cluster, 0.25)
    expect(cluster.agents).toBeGreaterThan(200)
    run(cluster, 2)
    expect(cluster.agents).toBe(50)
  })

  it('replaces pods that are deleted under it', () => {
    const cluster = createCluster({ name: 'c', nodes: 400, seed: 3 })
    levers.applyDaemonSet(cluster)
    run(cluster, 2)
    levers.deletePods(cluster)
    run(cluster, 0.05)
    expect(cluster.agents).toBeLessThan(50)
    run(cluster, 1)
    expect(cluster.agents).toBe(400)
  })
})

describe('quarter of the fleet with ten seats per LIST', () => {
  it('rejects agents with 429 and keeps its control plane', () => {
    const cluster = createCluster({
      name: 'c',
      nodes: 2300,
      seed: 5,
      seatsPerList: 10,
      podsPerNode: 26,
      etcdMegabytesPerSecondPerCore: 110,
    })
    levers.applyDaemonSet(cluster)
    run(cluster, 30)
    const rejected = cluster.servers.reduce((sum, server) => sum + server.rejectedTotal, 0)
    expect(rejected).toBeGreaterThan(1000)
    expect(cluster.success40).toBeGreaterThan(0.9)
  })
})
