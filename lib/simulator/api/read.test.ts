import { describe, expect, it, vi } from 'vitest'
import { asArray, asObject } from '../objects/json'
import { ANONYMOUS, call, clusterBySize, smallFleet } from './testing'

// Whole fleets are stepped here: seconds, on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const cluster = clusterBySize(smallFleet(), 'smallest')
const PARTIAL_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json'

describe('get', () => {
  it('answers the object with its kind', () => {
    const { status, json } = call(cluster, 'GET', '/api/v1/namespaces/kube-system')
    expect(status).toBe(200)
    expect(json).toMatchObject({ kind: 'Namespace', apiVersion: 'v1', status: { phase: 'Active' } })
  })

  it('says in the real words what is not there', () => {
    expect(
      call(cluster, 'GET', '/apis/apps/v1/namespaces/observability/daemonsets/telemetry-collector').text,
    ).toBe(
      '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"daemonsets.apps \\"telemetry-collector\\" not found","reason":"NotFound","details":{"name":"telemetry-collector","group":"apps","kind":"daemonsets"},"code":404}',
    )
    expect(call(cluster, 'GET', '/api/v1/namespaces/nowhere').json).toMatchObject({
      message: 'namespaces "nowhere" not found',
      details: { name: 'nowhere', kind: 'namespaces' },
    })
  })

  it('knows neither foreign resources nor versions that are not served', () => {
    const message = 'the server could not find the requested resource'
    const asAdmin = { identity: { user: 'root', groups: ['system:masters'] } }
    expect(call(cluster, 'GET', '/apis/apps/v1/widgets', asAdmin).json).toMatchObject({ code: 404, message })
    const page = { status: 404, text: '404 page not found\n' }
    expect(call(cluster, 'GET', '/apis/apps/v1beta1/daemonsets', asAdmin)).toMatchObject(page)
    expect(call(cluster, 'GET', '/apis/not-a-group/v1/things', asAdmin)).toMatchObject(page)
    expect(call(cluster, 'GET', '/nothing', asAdmin)).toMatchObject({
      status: 404,
      text: '404 page not found\n',
    })
  })

  it('gives metadata alone when asked to', () => {
    const accept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'
    const { json } = call(cluster, 'GET', '/api/v1/namespaces/default', { accept })
    expect(json).toMatchObject({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { name: 'default' },
    })
    expect(json.spec).toBeUndefined()
  })

  it('carries a Corefile whose TTLs are those of the model', () => {
    const { json } = call(cluster, 'GET', '/api/v1/namespaces/kube-system/configmaps/coredns')
    expect(String(asObject(json.data).Corefile)).toContain(`ttl ${cluster.model.dnsTtlSeconds}`)
  })
})

describe('list', () => {
  it('counts the nodes that a page leaves out', () => {
    const { json } = call(cluster, 'GET', '/api/v1/nodes?limit=1')
    expect(json).toMatchObject({
      kind: 'NodeList',
      metadata: { remainingItemCount: cluster.model.nodes - 1 },
    })
    expect(asArray(json.items)).toHaveLength(1)
  })

  it('goes on where a page ended, to the end, without a gap', () => {
    const names: unknown[] = []
    let next = ''
    do {
      const { json } = call(cluster, 'GET', `/api/v1/pods?limit=400${next && `&continue=${next}`}`, {
        accept: PARTIAL_LIST,
      })
      names.push(...asArray(json.items).map(item => asObject(asObject(item).metadata).name))
      next = String(asObject(json.metadata).continue ?? '')
    } while (next)
    expect(new Set(names).size).toBe(names.length)
    const whole = call(cluster, 'GET', '/api/v1/pods')
    expect(names).toHaveLength(asArray(whole.json.items).length)
    expect(Math.abs(names.length - cluster.model.pods)).toBeLessThan(10)
  })

  it('refuses a continue token that is none, and one that is too old', () => {
    expect(call(cluster, 'GET', '/api/v1/nodes?limit=1&continue=%21').status).toBe(400)
    const fleet = smallFleet()
    const own = clusterBySize(fleet, 'smallest')
    const token = asObject(call(own, 'GET', '/api/v1/nodes?limit=1').json.metadata).continue
    fleet.advance(301)
    expect(call(own, 'GET', `/api/v1/nodes?limit=1&continue=${token}`).json).toMatchObject({
      code: 410,
      reason: 'Expired',
    })
  })

  it('selects by labels and by fields', () => {
    const byLabel = call(
      cluster,
      'GET',
      `/api/v1/pods?labelSelector=${encodeURIComponent('app.kubernetes.io/name in (node-exporter)')}`,
    )
    expect(asArray(byLabel.json.items)).toHaveLength(cluster.model.nodes)
    const node = asObject(asObject(asArray(byLabel.json.items)[3]).spec).nodeName
    const onNode = call(cluster, 'GET', `/api/v1/pods?limit=500&fieldSelector=spec.nodeName=${node}`)
    const names = asArray(onNode.json.items).map(item => asObject(asObject(item).spec).nodeName)
    expect(new Set(names)).toEqual(new Set([node]))
    const one = call(cluster, 'GET', '/apis/apps/v1/daemonsets?fieldSelector=metadata.name=kube-proxy')
    expect(asArray(one.json.items)).toHaveLength(1)
    expect(call(cluster, 'GET', '/api/v1/pods?labelSelector=a%3D%3D%3Db').status).toBe(400)
  })

  it('gives lists of metadata', () => {
    const { json } = call(cluster, 'GET', '/apis/apps/v1/deployments?limit=2', { accept: PARTIAL_LIST })
    expect(json).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' })
    expect(asArray(json.items)[0]).toMatchObject({ kind: 'PartialObjectMetadata' })
  })

  it('has no watch', () => {
    const { json } = call(cluster, 'GET', '/api/v1/pods?watch=1', {
      identity: { user: 'root', groups: ['system:masters'] },
    })
    expect(json).toMatchObject({
      code: 405,
      message: 'the server does not allow this method on the requested resource',
    })
  })
})

describe('paths that are no resources', () => {
  it('tells anonymous callers health and version, and no more', () => {
    for (const path of ['/livez', '/readyz', '/healthz', '/version']) {
      expect(call(cluster, 'GET', path, { identity: ANONYMOUS }).status).toBe(200)
    }
    expect(call(cluster, 'GET', '/metrics', { identity: ANONYMOUS }).json).toMatchObject({
      code: 403,
      message: 'forbidden: User "system:anonymous" cannot get path "/metrics"',
    })
    expect(call(cluster, 'GET', '/readyz', { identity: 'invalid' }).text).toBe(
      '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}',
    )
  })

  it('prints every check when asked to, and answers for one', () => {
    const { text } = call(cluster, 'GET', '/readyz?verbose')
    expect(text).toMatch(/^\[\+\]ping ok\n\[\+\]log ok\n\[\+\]etcd ok\n/)
    expect(text).toMatch(/\[\+\]shutdown ok\nreadyz check passed\n$/)
    expect(call(cluster, 'GET', '/readyz/etcd').text).toBe('ok')
  })

  it('names its groups, with the versions of flow control of its release', () => {
    const groups = asArray(call(cluster, 'GET', '/apis').json.groups).map(asObject)
    const flow = groups.find(group => group.name === 'flowcontrol.apiserver.k8s.io')
    const old = /v1\.2[78]/.test(cluster.model.kubernetesVersion)
    expect(flow?.preferredVersion).toMatchObject({ version: old ? 'v1beta3' : 'v1' })
    const apps = asArray(call(cluster, 'GET', '/apis/apps/v1').json.resources).map(
      type => asObject(type).name,
    )
    expect(apps).toContain('deployments/scale')
    expect(apps).not.toContain('daemonsets/scale')
  })
})
