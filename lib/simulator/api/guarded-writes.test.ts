import { describe, expect, it, vi } from 'vitest'
import { asArray, asObject, asString } from '../objects/json'
import { beginRequest } from './handle-request'
import { type Call, call, clusterBySize, EXEMPT, RESPONDER, smallFleet } from './testing'
import type { Identity } from './types'

// Whole fleets are stepped here: seconds, on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const MERGE = 'application/merge-patch+json'
const ACCOUNT = 'system:serviceaccount:monitoring:kube-state-metrics'

function setup() {
  const fleet = smallFleet()
  const cluster = clusterBySize(fleet, 'smallest')
  const ask = (method: string, path: string, options: Call = {}) =>
    call(cluster, method, path, { identity: EXEMPT, ...options })
  return { fleet, cluster, ask }
}

describe('a node', () => {
  it('keeps its cordon and its labels, and is tainted by a controller manager that lives', () => {
    const { fleet, cluster, ask } = setup()
    const path = `/api/v1/nodes/${cluster.id}-n00003`
    const before = ask('GET', path).json
    const patch = (body: object, query = '') => ask('PATCH', `${path}${query}`, { body, contentType: MERGE })
    expect(patch({ spec: { unschedulable: true } }, '?dryRun=All').json.spec).toMatchObject({
      unschedulable: true,
    })
    expect(ask('GET', path).json).toEqual(before)
    patch({ spec: { unschedulable: true }, metadata: { labels: { shelf: 'b' } } })
    expect(ask('GET', path).json).toMatchObject({
      spec: { unschedulable: true, podCIDR: asObject(before.spec).podCIDR },
      metadata: { labels: { shelf: 'b', 'kubernetes.io/os': 'linux' }, uid: asObject(before.metadata).uid },
    })
    fleet.advance(2)
    expect(asObject(ask('GET', path).json.spec).taints).toMatchObject([
      { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
    ])
    const shelved = ask('GET', '/api/v1/nodes?labelSelector=shelf%3Db').json.items
    expect(asArray(shelved)).toHaveLength(1)
    patch({ spec: { unschedulable: null } })
    fleet.advance(4)
    expect(ask('GET', path).json.spec).toEqual(before.spec)
  })

  it('is listed by whether it is cordoned, and takes the patches of a cordon and of its end', () => {
    const { cluster, ask } = setup()
    const name = `${cluster.id}-n00002`
    const before = ask('GET', `/api/v1/nodes/${name}`).json
    const patch = (...body: object[]) =>
      ask('PATCH', `/api/v1/nodes/${name}`, { body, contentType: 'application/json-patch+json' }).status
    const listed = (isCordoned: boolean) =>
      asArray(
        ask('GET', `/api/v1/nodes?limit=500&fieldSelector=spec.unschedulable%3D${isCordoned}`).json.items,
      )
    const all = listed(false).length
    const path = '/spec/unschedulable'
    expect(listed(true)).toEqual([])
    expect(patch({ op: 'add', path, value: true })).toBe(200)
    expect(listed(true).map(node => asObject(asObject(node).metadata).name)).toEqual([name])
    expect(listed(false)).toHaveLength(all - 1)
    expect(patch({ op: 'test', path, value: true }, { op: 'remove', path })).toBe(200)
    expect(listed(true)).toEqual([])
    expect(ask('GET', `/api/v1/nodes/${name}`).json.spec).toEqual(before.spec)
  })

  it('with a label of its own is found by the selector of a DaemonSet', () => {
    const { fleet, cluster, ask } = setup()
    const body = { metadata: { labels: { shelf: 'b' } } }
    ask('PATCH', `/api/v1/nodes/${cluster.id}-n00005`, { body, contentType: MERGE })
    const set = '/apis/apps/v1/namespaces/logging/daemonsets/log-shipper'
    const template = { template: { spec: { nodeSelector: { shelf: 'b' } } } }
    ask('PATCH', set, { body: { spec: template }, contentType: MERGE })
    fleet.advance(60)
    expect(ask('GET', set).json.status).toMatchObject({ desiredNumberScheduled: 1, numberReady: 1 })
    const pods = ask('GET', '/api/v1/namespaces/logging/pods').json.items
    expect(asArray(pods).map(pod => asObject(asObject(pod).spec).nodeName)).toEqual([`${cluster.id}-n00005`])
  })
})

describe('a scale', () => {
  it('moves the pods of a Deployment at the controller manager’s pace', () => {
    const { fleet, cluster, ask } = setup()
    const name = `${cluster.model.product}-worker`
    const path = `/apis/apps/v1/namespaces/${cluster.model.product}/deployments/${name}`
    const status = () => asObject(ask('GET', path).json.status)
    const before = Number(status().replicas)
    ask('PATCH', `${path}/scale`, { body: { spec: { replicas: 0 } }, contentType: MERGE })
    expect(status()).toMatchObject({ replicas: before, observedGeneration: 1 })
    fleet.advance(2)
    expect(status().replicas).toBeLessThan(before)
    expect(status().replicas).toBeGreaterThan(0)
    fleet.advance(300)
    expect(status()).toEqual({ observedGeneration: 2 })
    expect(ask('GET', `${path}/scale`).json).toMatchObject({ spec: {}, status: { replicas: 0 } })
  })
})

describe('acting for others', () => {
  const seenAs = (headers: Record<string, string>, identity: Identity = EXEMPT) => {
    const { cluster, ask } = setup()
    const groups = asArray(ask('GET', '/apis').json.groups).map(asObject)
    const own = groups.find(({ name }) => name === 'authentication.k8s.io')
    const { groupVersion } = asObject(own?.preferredVersion)
    const path = `/apis/${asString(groupVersion)}/selfsubjectreviews`
    const body = JSON.stringify({ apiVersion: groupVersion, kind: 'SelfSubjectReview' })
    const start = beginRequest(cluster, { server: 'balanced', identity, method: 'POST', path, headers, body })
    if ('outcome' in start) throw new Error(start.outcome)
    const answer = start.finish()
    return { status: answer.status, json: asObject(JSON.parse(String(answer.body))) }
  }
  const groupsOf = (headers: Record<string, string>) =>
    asObject(asObject(seenAs(headers).json.status).userInfo).groups

  it('gives an account the groups of its token, unless groups are named', () => {
    const own = ['system:serviceaccounts', 'system:serviceaccounts:monitoring', 'system:authenticated']
    expect(groupsOf({ 'impersonate-user': ACCOUNT })).toEqual(own)
    expect(groupsOf({ 'impersonate-user': ACCOUNT, 'impersonate-group': 'x' })).toEqual([
      'x',
      'system:authenticated',
    ])
    expect(groupsOf({ 'impersonate-user': 'jane' })).toEqual(['system:authenticated'])
  })

  it('asks for the right to act for an account in its namespace', () => {
    expect(seenAs({ 'impersonate-user': ACCOUNT }, RESPONDER).status).toBe(201)
    const stranger = { user: 'stranger', groups: ['system:authenticated'] }
    expect(seenAs({ 'impersonate-user': ACCOUNT }, stranger).json).toMatchObject({
      code: 403,
      message:
        'serviceaccounts "kube-state-metrics" is forbidden: User "stranger" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "monitoring"',
    })
  })
})
