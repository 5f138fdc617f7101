import { describe, expect, it, vi } from 'vitest'
import { type Call, call, clusterBySize, EXEMPT, smallFleet } from '../api/testing'
import type { Identity } from '../api/types'
import { serverText } from '../metrics/server-text'
import { asArray, asObject } from '../objects/json'
import { applyTelemetry } from './telemetry'

// Whole fleets are stepped here: seconds, on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const SET = '/apis/apps/v1/namespaces/observability/daemonsets/telemetry-collector'
const BINDINGS = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'
const PODS = '/api/v1/namespaces/observability/pods'
const SELECTOR = `labelSelector=${encodeURIComponent('app.kubernetes.io/name=telemetry-collector')}`
const AGENT: Identity = {
  user: 'system:serviceaccount:observability:telemetry-collector',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:telemetry', 'system:authenticated'],
}

/** A fleet of twelve, minutes before its own roll-out, one of whose clusters has just got the telemetry agents; in the smallest all of them run already. */
function withAgents(which: 'smallest' | 'largest' = 'smallest') {
  const fleet = smallFleet()
  const cluster = clusterBySize(fleet, which)
  applyTelemetry(cluster.store)
  fleet.advance(60)
  const ask = (method: string, path: string, options: Call = {}) =>
    call(cluster, method, path, { identity: EXEMPT, ...options })
  return { fleet, cluster, model: cluster.model, ask }
}

describe('the telemetry DaemonSet', () => {
  it('brings an agent to every node, and says so in its status', () => {
    const { model, ask } = withAgents()
    expect(model.agents).toBe(model.nodes)
    expect(ask('GET', SET).json.status).toMatchObject({
      desiredNumberScheduled: model.nodes,
      currentNumberScheduled: model.nodes,
      observedGeneration: 1,
    })
    expect(asArray(ask('GET', `${PODS}?${SELECTOR}`).json.items)).toHaveLength(model.nodes)
  })

  it('leaves its pods to the controller manager when it is deleted', () => {
    const { fleet, model, ask } = withAgents()
    expect(ask('DELETE', SET).json).toMatchObject({ status: 'Success' })
    fleet.advance(fleet.second + 2)
    expect(model.agents).toBeGreaterThan(model.nodes / 2)
    expect(asArray(ask('GET', `${PODS}?${SELECTOR}`).json.items)).toHaveLength(Math.floor(model.agents))
    fleet.advance(fleet.second + 30)
    expect(model.agents).toBe(0)
    expect(asArray(ask('GET', `${PODS}?${SELECTOR}`).json.items)).toHaveLength(0)
  })

  it('keeps its pods while the controller manager is dead', () => {
    const { fleet, model, ask } = withAgents()
    ask('DELETE', SET)
    for (let i = 0; i < 20; i++) {
      model.controllerManagerUp = false
      model.controllerManagerUpAt = Number.POSITIVE_INFINITY
      fleet.advance(fleet.second + 1)
    }
    expect(model.agents).toBe(model.nodes)
    const lease = ask(
      'GET',
      '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager',
    ).json
    expect(Date.parse(String(asObject(lease.spec).renewTime))).toBeLessThan(
      fleet.startAt + fleet.second * 1000 - 15_000,
    )
  })

  it('goes away when no node fits it', () => {
    const { fleet, model, ask } = withAgents()
    const body = { spec: { template: { spec: { nodeSelector: { nowhere: 'true' } } } } }
    ask('PATCH', SET, { body, contentType: 'application/strategic-merge-patch+json' })
    fleet.advance(fleet.second + 30)
    expect(model.agents).toBe(0)
    expect(ask('GET', SET).json.status).toMatchObject({ desiredNumberScheduled: 0, numberReady: 0 })
  })

  it('comes back when it is put back without its resourceVersion', () => {
    const { fleet, model, ask } = withAgents()
    const { metadata, ...rest } = ask('GET', SET).json
    const { uid: before, resourceVersion: _, ...kept } = asObject(metadata)
    ask('DELETE', SET)
    fleet.advance(fleet.second + 30)
    const again = ask('POST', SET.replace('/telemetry-collector', ''), { body: { ...rest, metadata: kept } })
    expect(again.status).toBe(201)
    expect(asObject(again.json.metadata).uid).not.toBe(before)
    fleet.advance(fleet.second + 60)
    expect(model.agents).toBe(model.nodes)
  })

  it('stays behind as a marked object until its pods are gone, when deleted in the foreground', () => {
    const { fleet, model, ask } = withAgents()
    ask('DELETE', SET, { body: { propagationPolicy: 'Foreground' } })
    expect(ask('GET', SET).json.metadata).toMatchObject({ finalizers: ['foregroundDeletion'] })
    fleet.advance(fleet.second + 30)
    expect(model.agents).toBe(0)
    expect(ask('GET', SET).status).toBe(404)
  })
})

describe('deletecollection of the agents’ pods', () => {
  it('removes 300 a second once the DaemonSet is gone', () => {
    const { fleet, model, ask } = withAgents()
    ask('DELETE', SET)
    expect(ask('DELETE', `${PODS}?${SELECTOR}&dryRun=All`).status).toBe(200)
    expect(model.agents).toBe(model.nodes)
    const { json } = ask('DELETE', `${PODS}?${SELECTOR}`, { body: { gracePeriodSeconds: 0 } })
    expect(json.kind).toBe('PodList')
    fleet.advance(fleet.second + 2)
    expect(model.agents).toBe(0)
  })

  it('spares pods with other labels', () => {
    const { fleet, model, ask } = withAgents()
    ask('DELETE', `${PODS}?labelSelector=app%3Dother`)
    fleet.advance(fleet.second + 2)
    expect(model.agents).toBe(model.nodes)
  })
})

describe('the agents’ rights', () => {
  it('go with the binding and come back with it', () => {
    const { model, ask } = withAgents()
    const { metadata, ...rest } = ask('GET', `${BINDINGS}/telemetry-collector`).json
    expect(model.revoked).toBe(false)
    ask('DELETE', `${BINDINGS}/telemetry-collector`)
    expect(model.revoked).toBe(true)
    expect(ask('GET', '/api/v1/pods?limit=1', { identity: AGENT }).json).toMatchObject({
      code: 403,
      message:
        'pods is forbidden: User "system:serviceaccount:observability:telemetry-collector" cannot list resource "pods" in API group "" at the cluster scope',
    })
    ask('POST', BINDINGS, { body: { ...rest, metadata: { name: asObject(metadata).name } } })
    expect(model.revoked).toBe(false)
  })

  it('go with the subject, the rule or the account as well', () => {
    const contentType = 'application/merge-patch+json'
    const first = withAgents()
    first.ask('PATCH', `${BINDINGS}/telemetry-collector`, { body: { subjects: [] }, contentType })
    expect(first.model.revoked).toBe(true)
    const second = withAgents()
    const rules = [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }]
    second.ask('PATCH', BINDINGS.replace('bindings', 's/telemetry-collector'), {
      body: { rules },
      contentType,
    })
    expect(second.model.revoked).toBe(true)
    const third = withAgents()
    third.ask('DELETE', '/api/v1/namespaces/observability/serviceaccounts/telemetry-collector')
    expect(third.model.revoked).toBe(true)
  })
})

describe('a FlowSchema that catches the agents', () => {
  function reject(run: ReturnType<typeof withAgents>, shares: number) {
    const { ask } = run
    const groups = asArray(ask('GET', '/apis').json.groups).map(asObject)
    const { groupVersion } = asObject(
      groups.find(group => group.name === 'flowcontrol.apiserver.k8s.io')?.preferredVersion,
    )
    const path = `/apis/${groupVersion}`
    const level = {
      apiVersion: groupVersion,
      kind: 'PriorityLevelConfiguration',
      metadata: { name: 'shed' },
      spec: {
        type: 'Limited',
        limited: { nominalConcurrencyShares: shares, limitResponse: { type: 'Reject' } },
      },
    }
    const subject = {
      kind: 'ServiceAccount',
      serviceAccount: { namespace: 'observability', name: 'telemetry-collector' },
    }
    const resourceRules = [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] },
    ]
    const schema = {
      apiVersion: groupVersion,
      kind: 'FlowSchema',
      metadata: { name: 'shed' },
      spec: {
        matchingPrecedence: 500,
        priorityLevelConfiguration: { name: 'shed' },
        rules: [{ subjects: [subject], resourceRules }],
      },
    }
    return { path, level, schema }
  }

  it('does nothing while its level is missing, then rejects all but a few', () => {
    const run = withAgents()
    const { path, level, schema } = reject(run, 1)
    const made = run.ask('POST', `${path}/flowschemas`, { body: schema })
    expect(made.status).toBe(201)
    expect(run.model.rejecting).toBe(false)
    run.ask('POST', `${path}/prioritylevelconfigurations`, { body: level })
    expect(run.model).toMatchObject({ rejecting: true, rejectLeak: 3 })
    const uid = asObject(made.json.metadata).uid
    const seen = Array.from({ length: 50 }, () =>
      run.ask('GET', '/api/v1/namespaces/default', { identity: AGENT }),
    )
    const rejected = seen.filter(({ status }) => status === 429)
    expect(rejected.length).toBeGreaterThan(40)
    for (const { headers, text } of rejected) {
      expect(headers).toMatchObject({ 'retry-after': '1', 'x-kubernetes-pf-flowschema-uid': uid })
      expect(text).toBe('Too many requests, please try again later.\n')
    }
    run.ask('DELETE', `${path}/flowschemas/shed`)
    expect(run.model.rejecting).toBe(false)
  })

  it('knows no level without shares before 1.29, where zero becomes 30', () => {
    const run = withAgents()
    const old = /v1\.2[78]/.test(run.model.kubernetesVersion)
    const { path, level } = reject(run, 0)
    const stored = run.ask('POST', `${path}/prioritylevelconfigurations`, { body: level }).json
    const { nominalConcurrencyShares } = asObject(asObject(stored.spec).limited)
    expect(nominalConcurrencyShares).toBe(old ? 30 : 0)
  })

  it('has its rejections counted under its own name', () => {
    const run = withAgents('largest')
    const { path, level, schema } = reject(run, 1)
    run.ask('POST', `${path}/prioritylevelconfigurations`, { body: level })
    run.ask('POST', `${path}/flowschemas`, { body: schema })
    run.fleet.advance(run.fleet.second + 120)
    const text = serverText(run.cluster, 0) ?? ''
    expect(text).toMatch(
      /apiserver_flowcontrol_rejected_requests_total\{flow_schema="shed",priority_level="shed",reason="concurrency-limit"\} \d+/,
    )
    expect(text).not.toMatch(/rejected_requests_total\{flow_schema="service-accounts"/)
    expect(text).toContain('apiserver_flowcontrol_nominal_limit_seats{priority_level="shed"} 7')
  })

  it('may not take the precedence of the exempt schema', () => {
    const run = withAgents()
    const { path, schema } = reject(run, 1)
    const first = { ...schema, spec: { ...schema.spec, matchingPrecedence: 1 } }
    expect(run.ask('POST', `${path}/flowschemas`, { body: first }).json).toMatchObject({ code: 422 })
  })
})

describe('orphans', () => {
  it('stay until they are deleted by label, whoever owned them', () => {
    const { fleet, model, ask } = withAgents()
    const shippers = '/api/v1/namespaces/logging/pods?labelSelector=app.kubernetes.io%2Fname%3Dlog-shipper'
    const count = (path: string) => asArray(ask('GET', path).json.items).length
    for (const path of [SET, '/apis/apps/v1/namespaces/logging/daemonsets/log-shipper'])
      ask('DELETE', path, { body: { propagationPolicy: 'Orphan' } })
    fleet.advance(fleet.second + 30)
    expect(count(`${PODS}?${SELECTOR}`)).toBe(model.nodes)
    expect(count(shippers)).toBe(model.nodes)
    ask('DELETE', `${PODS}?${SELECTOR}`)
    ask('DELETE', shippers)
    fleet.advance(fleet.second + 2)
    expect(count(`${PODS}?${SELECTOR}`)).toBe(0)
    expect(count(shippers)).toBe(0)
  })
})

describe('a level without seats', () => {
  it('serves one request at a time', () => {
    const { cluster } = withAgents()
    const release = cluster.seats.take('level', 0)
    expect(release).toBeDefined()
    expect(cluster.seats.take('level', 0)).toBeUndefined()
    release?.()
    release?.()
    expect(cluster.seats.take('level', 0)).toBeDefined()
  })
})
