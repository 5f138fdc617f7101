import { describe, expect, it, vi } from 'vitest'
import { type Call, call, clusterBySize, EXEMPT, smallFleet } from '../api/testing'
import { holdControllerManager } from '../model/levers'
import type { ScenarioName } from '../model/types'
import { asArray, asObject, asString } from '../objects/json'
import type { JsonObject } from '../objects/types'
import { applyTelemetry } from './telemetry'

// Whole fleets are stepped here: seconds, on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const SET = '/apis/apps/v1/namespaces/observability/daemonsets/telemetry-collector'
const REVISIONS = '/apis/apps/v1/namespaces/observability/controllerrevisions'
const PODS = '/api/v1/namespaces/observability/pods'
const AFFINITY = '/spec/template/spec/affinity'
const SELECTOR = '/spec/template/spec/nodeSelector'

/** A fleet of twelve, one of whose clusters gets the telemetry agents of the roll-out now. */
function withAgents(
  scenario: ScenarioName = 'small-fleet',
  seconds = 60,
  which: 'smallest' | 'largest' = 'smallest',
) {
  const fleet = smallFleet(scenario)
  const cluster = clusterBySize(fleet, which)
  fleet.advance(5)
  applyTelemetry(cluster.store)
  fleet.advance(seconds)
  const ask = (method: string, path: string, options: Call = {}) =>
    call(cluster, method, path, { identity: EXEMPT, ...options })
  const patch = (path: string, ...body: object[]) =>
    ask('PATCH', path, { body, contentType: 'application/json-patch+json' })
  const status = () => asObject(ask('GET', SET).json.status)
  const pods = () => asArray(ask('GET', PODS).json.items).map(asObject)
  const run = (more: number) => fleet.advance(fleet.second + more)
  return { fleet, cluster, model: cluster.model, ask, patch, status, pods, run }
}

const nodesOf = (pods: JsonObject[]) => pods.map(pod => asString(asObject(pod.spec).nodeName))
const imagesOf = (object: JsonObject) =>
  asArray(asObject(asObject(asObject(object.spec).template).spec).containers).map(
    container => asObject(container).image,
  )

describe('a DaemonSet that is shrunk', () => {
  it('leaves its agents on the named nodes alone, at the controller manager’s pace', () => {
    const { cluster, model, patch, status, pods, run } = withAgents()
    expect(model.agents).toBe(model.nodes)
    const named = [3, 7].map(i => `${cluster.id}-n${String(i).padStart(5, '0')}`)
    const terms = named.map(name => ({
      matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }],
    }))
    const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } }
    patch(SET, { op: 'add', path: AFFINITY, value: { nodeAffinity: required } })
    run(2)
    expect(model.agents).toBeGreaterThan(model.nodes / 2)
    const { numberMisscheduled, ...now } = status()
    expect(now).toMatchObject({ desiredNumberScheduled: 2, currentNumberScheduled: 2, observedGeneration: 2 })
    expect(numberMisscheduled).toBe(Math.floor(model.agents) - 2)
    expect(pods()).toHaveLength(Math.floor(model.agents))
    run(30)
    expect(model.agents).toBe(2)
    expect(nodesOf(pods())).toEqual(named)
    expect(status()).toMatchObject({ numberMisscheduled: 0, numberReady: 2, updatedNumberScheduled: 2 })
    patch(SET, { op: 'remove', path: AFFINITY })
    run(60)
    expect(model.agents).toBe(model.nodes)
    expect(new Set(nodesOf(pods())).size).toBe(model.nodes)
  })

  it('keeps them while the controller manager is dead, and says so by its generations', () => {
    const { model, ask, patch, status, pods, run } = withAgents()
    const before = status()
    holdControllerManager(model, true)
    patch(SET, { op: 'add', path: SELECTOR, value: { no: 'node' } })
    run(30)
    expect(model.agents).toBe(model.nodes)
    expect(status()).toEqual(before)
    expect(asObject(ask('GET', SET).json.metadata).generation).toBe(2)
    expect(pods()).toHaveLength(model.nodes)
    holdControllerManager(model, false)
    run(30)
    expect(model.agents).toBe(0)
    expect(status()).toMatchObject({ desiredNumberScheduled: 0, observedGeneration: 2 })
  })
})

describe('a service that is rolled back', () => {
  /** The harmful version has been rolled out over one that was there before. */
  function updated() {
    const run = withAgents('bad-update')
    const items = asArray(run.ask('GET', REVISIONS).json.items).map(asObject)
    const template = (revision: number) => {
      const { data } = items.find(item => item.revision === revision) ?? {}
      const { $patch: _directive, ...rest } = asObject(asObject(asObject(data).spec).template)
      return rest
    }
    const rollBack = () => run.patch(SET, { op: 'replace', path: '/spec/template', value: template(1) })
    return { ...run, items, rollBack }
  }

  it('was there harmlessly before the roll-out, on every node', () => {
    const fleet = smallFleet('bad-update')
    const cluster = clusterBySize(fleet, 'largest')
    fleet.advance(120)
    const { json } = call(cluster, 'GET', SET, { identity: EXEMPT })
    expect(imagesOf(json)).toEqual([expect.stringMatching(/:0\.9\.2$/)])
    expect(json.status).toMatchObject({ numberReady: cluster.model.nodes })
    expect(cluster.model.agents).toBe(0)
  })

  it('replaces its pods one after the other, so that there are never two on a node', () => {
    const { model, status, pods, run } = withAgents('bad-update', 27)
    expect(model.agents).toBeGreaterThan(0)
    expect(model.agents).toBeLessThan(model.nodes)
    expect(status()).toMatchObject({
      desiredNumberScheduled: model.nodes,
      currentNumberScheduled: model.nodes,
      updatedNumberScheduled: Math.floor(model.agents),
    })
    expect(new Set(nodesOf(pods())).size).toBe(model.nodes)
    run(30)
    expect(model.agents).toBe(model.nodes)
    expect(status()).toMatchObject({ updatedNumberScheduled: model.nodes, numberReady: model.nodes })
  })

  it('calls no more, keeps its pods, and has its first template as the newest revision', () => {
    const { model, items, rollBack, ask, status, pods, run } = updated()
    expect(items.map(item => item.revision).sort()).toEqual([1, 2])
    expect(rollBack().status).toBe(200)
    run(2)
    expect(model.agents).toBeGreaterThan(0)
    expect(pods().length).toBeGreaterThan(model.nodes - 5)
    run(30)
    expect(model.agents).toBe(0)
    expect(pods()).toHaveLength(model.nodes)
    expect(status()).toMatchObject({ updatedNumberScheduled: model.nodes, observedGeneration: 3 })
    const after = asArray(ask('GET', REVISIONS).json.items).map(asObject)
    expect(after.map(item => item.revision).sort()).toEqual([2, 3])
  })

  it('goes on calling while the controller manager is dead, until its pods are deleted', () => {
    const { model, rollBack, ask, pods, run } = updated()
    holdControllerManager(model, true)
    rollBack()
    run(20)
    expect(model.agents).toBe(model.nodes)
    ask('DELETE', `${PODS}?labelSelector=app.kubernetes.io%2Fname%3Dtelemetry-collector`)
    run(3)
    expect(model.agents).toBe(0)
    expect(pods()).toHaveLength(0)
    holdControllerManager(model, false)
    run(30)
    expect(model.agents).toBe(0)
    expect(pods()).toHaveLength(model.nodes)
  })
})

describe('a caller that is muted', () => {
  function muted(which: 'smallest' | 'largest' = 'smallest') {
    const run = withAgents('small-fleet', 100, which)
    const groups = asArray(run.ask('GET', '/apis').json.groups).map(asObject)
    const own = groups.find(({ name }) => name === 'flowcontrol.apiserver.k8s.io')
    const { groupVersion } = asObject(own?.preferredVersion)
    const path = `/apis/${asString(groupVersion)}`
    const limited = { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' } }
    const head = { apiVersion: groupVersion, metadata: { name: 'mute' } }
    run.ask('POST', `${path}/prioritylevelconfigurations`, {
      body: { ...head, kind: 'PriorityLevelConfiguration', spec: { type: 'Limited', limited } },
    })
    const all = ['*']
    const catches = (subject: object) => {
      run.ask('DELETE', `${path}/flowschemas/mute`)
      const resourceRules = [
        { verbs: all, apiGroups: all, resources: all, namespaces: all, clusterScope: true },
      ]
      const rules = [{ subjects: [subject], resourceRules }]
      const spec = { matchingPrecedence: 2, priorityLevelConfiguration: { name: 'mute' }, rules }
      run.ask('POST', `${path}/flowschemas`, { body: { ...head, kind: 'FlowSchema', spec } })
      return run.model.rejecting
    }
    return { ...run, catches }
  }
  const account = { namespace: 'observability', name: 'telemetry-collector' }
  const user = `system:serviceaccount:${account.namespace}:${account.name}`

  it('is caught by account, by user name and by group, and not by another', () => {
    const { catches } = muted()
    expect(catches({ kind: 'ServiceAccount', serviceAccount: account })).toBe(true)
    expect(catches({ kind: 'ServiceAccount', serviceAccount: { ...account, name: 'other' } })).toBe(false)
    expect(catches({ kind: 'User', user: { name: user } })).toBe(true)
    expect(catches({ kind: 'Group', group: { name: 'system:serviceaccounts:observability' } })).toBe(true)
    expect(catches({ kind: 'Group', group: { name: 'system:serviceaccounts:other' } })).toBe(false)
  })

  it('still has the seats of its share, and those of one request at the least', () => {
    const { cluster, model, catches } = muted()
    catches({ kind: 'User', user: { name: user } })
    const level = cluster.store.get(
      'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io',
      undefined,
      'mute',
    )
    // 245 shares of a stock server and its own.
    const seats = Math.ceil(model.inflightLimit / 246)
    expect(level && cluster.coupling.seatsOf(level)).toBe(seats)
    expect(model.rejectLeak).toBe(Math.max(seats, model.seatsPerList))
  })

  it('loads the server less, and is answered again when it alone is asking', () => {
    const { cluster, model, catches, run, ask, patch } = muted('largest')
    catches({ kind: 'User', user: { name: user } })
    const admitted = () => model.servers.reduce((sum, server) => sum + server.admittedTotal, 0)
    const rejected = () => model.servers.reduce((sum, server) => sum + server.rejectedTotal, 0)
    const [first, refused] = [admitted(), rejected()]
    run(120)
    expect(rejected()).toBeGreaterThan(refused)
    expect(admitted()).toBeGreaterThan(first)
    patch(SET, { op: 'add', path: SELECTOR, value: { no: 'node' } })
    run(300)
    expect(model.agents).toBe(0)
    const identity = cluster.coupling.callerIdentity
    const replies = Array.from({ length: 20 }, () => ask('GET', '/api/v1/namespaces/default', { identity }))
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(0)
  })
})
