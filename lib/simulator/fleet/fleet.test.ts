import { describe, expect, it, vi } from 'vitest'
import { handleRequest } from '../api/handle-request'
import { call, clusterBySize, RESPONDER, smallFleet } from '../api/testing'
import { asArray, asObject } from '../objects/json'
import { groundTruth } from './truth'

// Whole fleets are stepped here: seconds, on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

describe('the fleet', () => {
  it('is rolled out to as a pipeline would do it', () => {
    const fleet = smallFleet()
    fleet.advance(1000)
    for (const cluster of fleet.clusters.values()) {
      const set = cluster.store.get('daemonsets.apps', 'observability', 'telemetry-collector')
      expect(set?.metadata.labels).toMatchObject({
        'app.kubernetes.io/name': 'telemetry-collector',
        'app.kubernetes.io/version': '0.9.3',
      })
    }
  })

  it('has innocent changes in the same hour, with revisions of their own', () => {
    const fleet = smallFleet()
    const cluster = clusterBySize(fleet, 'smallest')
    fleet.advance(1600)
    const set = call(cluster, 'GET', '/apis/apps/v1/namespaces/logging/daemonsets/log-shipper').json
    expect(set.metadata).toMatchObject({ generation: 2 })
    expect(set.status).toMatchObject({ observedGeneration: 2 })
    const revisions = call(cluster, 'GET', '/apis/apps/v1/namespaces/logging/controllerrevisions').json
    expect(
      asArray(revisions.items)
        .map(item => asObject(item).revision)
        .sort(),
    ).toEqual([1, 2])
    const sets = asArray(
      call(cluster, 'GET', `/apis/apps/v1/namespaces/${cluster.model.product}/replicasets`).json.items,
    )
    const gateway = sets.filter(item => String(asObject(asObject(item).metadata).name).includes('gateway'))
    expect(
      gateway.map(item => asObject(asObject(item).spec).replicas).filter(count => count === 0),
    ).toHaveLength(1)
  })

  it('answers headless requests with their latency, and times out as the caller would', async () => {
    const fleet = smallFleet()
    const cluster = clusterBySize(fleet, 'largest')
    const ask = (timeoutMs: number) =>
      handleRequest(fleet, {
        clusterId: cluster.id,
        server: 0,
        identity: RESPONDER,
        method: 'GET',
        path: '/api/v1/namespaces/default',
        headers: {},
        timeoutMs,
      })
    expect(await ask(10_000)).toMatchObject({ status: 200, latencyMs: expect.any(Number) })
    expect(await ask(0.001)).toEqual({ outcome: 'timeout', latencyMs: 0.001 })
    const [server] = cluster.model.servers
    if (server) Object.assign(server, { up: false, downAt: 0, upAt: 1e9 })
    expect(await ask(10_000)).toMatchObject({ outcome: 'refused' })
  })

  it('lets a write land whose answer came too late, and none that was given up earlier', async () => {
    const fleet = smallFleet()
    const cluster = clusterBySize(fleet, 'smallest')
    const path = '/apis/apps/v1/namespaces/logging/daemonsets/log-shipper'
    const identity = { user: 'root', groups: ['system:masters'] }
    const remove = (timeoutMs: number) =>
      handleRequest(fleet, {
        clusterId: cluster.id,
        server: 'balanced',
        identity,
        method: 'DELETE',
        path,
        headers: {},
        timeoutMs,
      })
    // Healthy servers answer within a second, so a millionth of that is always too early.
    expect(await remove(0.000_001)).toMatchObject({ outcome: 'timeout' })
    expect(cluster.store.get('daemonsets.apps', 'logging', 'log-shipper')).toBeDefined()
    expect(await remove(60_000)).toMatchObject({ status: 200 })
    expect(cluster.store.get('daemonsets.apps', 'logging', 'log-shipper')).toBeUndefined()
  })

  it('repeats itself for the same seed', () => {
    const run = () => {
      const fleet = smallFleet()
      fleet.advance(900)
      return JSON.stringify(groundTruth(fleet))
    }
    expect(run()).toBe(run())
  })
})
