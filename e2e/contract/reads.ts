import { expect } from 'vitest'
import { metaOf, type Session } from './session'
import type { Assert } from './target'

const partialList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json'

export function specifyReads(session: () => Session, it: Assert): void {
  it('an ordinary user reads a namespace: the canary', async () => {
    const { status, json, headers } = await session().ordinary.request('GET', '/api/v1/namespaces/default')
    expect(status).toBe(200)
    expect(json).toMatchObject({ kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'default' } })
    expect(headers['content-type']).toBe('application/json')
    expect(headers['cache-control']).toBe('no-cache, private')
    expect(headers['audit-id']).toBeTruthy()
  })

  it('an ordinary user reads the Corefile', async () => {
    const { ordinary } = session()
    const { json } = await ordinary.request('GET', '/api/v1/namespaces/kube-system/configmaps/coredns')
    expect(json.kind).toBe('ConfigMap')
    expect((json.data as { Corefile: string }).Corefile).toContain('kubernetes cluster.local')
  })

  it('an answer tells which flow schema and priority level let it through', async () => {
    const { headers } = await session().ordinary.request('GET', '/api/v1/namespaces/default')
    expect(headers['x-kubernetes-pf-flowschema-uid']).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers['x-kubernetes-pf-prioritylevel-uid']).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('an unknown token is 401 with a Status', async () => {
    const { status, json } = await session().stranger.request('GET', '/api/v1/namespaces/default')
    expect(status).toBe(401)
    expect(json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    })
  })

  it('no credential is 403 for the anonymous user', async () => {
    const { status, json } = await session().anonymous.request('GET', '/api/v1/namespaces/default')
    expect(status).toBe(403)
    expect(json).toMatchObject({
      kind: 'Status',
      status: 'Failure',
      reason: 'Forbidden',
      code: 403,
      details: { name: 'default', kind: 'namespaces' },
      message:
        'namespaces "default" is forbidden: User "system:anonymous" cannot get resource "namespaces" in API group "" in the namespace "default"',
    })
  })

  it('what is not there is 404 with a Status that names it', async () => {
    const { ordinary } = session()
    const path = '/api/v1/namespaces/kube-system/configmaps/not-there'
    const { status, json } = await ordinary.request('GET', path)
    expect(status).toBe(404)
    expect(json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "not-there" not found',
      reason: 'NotFound',
      details: { name: 'not-there', kind: 'configmaps' },
      code: 404,
    })
  })

  it('a path that no server knows is 404 as plain text', async () => {
    const { status, text } = await session().breakGlass.request('GET', '/apis/not-a-group/v1/things')
    expect([status, text]).toEqual([404, '404 page not found\n'])
  })

  it('one node as partial metadata tells how many there are', async () => {
    const { ordinary, nodes } = session()
    const { status, json } = await ordinary.request('GET', '/api/v1/nodes?limit=1', {
      headers: { accept: partialList },
    })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { remainingItemCount: nodes - 1, continue: expect.any(String) },
    })
    const items = json.items as { kind: string; spec?: unknown }[]
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: expect.any(String) } })
    expect(items[0]).not.toHaveProperty('spec')
  })

  it('pages follow each other and together hold every node once', async () => {
    const { ordinary, nodes } = session()
    const seen: string[] = []
    let next: string | undefined = ''
    while (next !== undefined) {
      const page = await ordinary.expect(
        'GET',
        `/api/v1/nodes?limit=${Math.ceil(nodes / 3)}&continue=${encodeURIComponent(next)}`,
      )
      seen.push(...(page.items as { metadata: { name: string } }[]).map(item => item.metadata.name))
      next = (page.metadata as { continue?: string }).continue
    }
    expect(new Set(seen).size).toBe(nodes)
    expect(seen).toHaveLength(nodes)
  })

  it('a broken continue token is 400', async () => {
    const { status, json } = await session().ordinary.request('GET', '/api/v1/nodes?limit=2&continue=zzz')
    expect(status).toBe(400)
    expect(json).toMatchObject({ kind: 'Status', reason: 'BadRequest', code: 400 })
  })

  it('a label selector that cannot be parsed is 400', async () => {
    const { ordinary } = session()
    const { status, json } = await ordinary.request(
      'GET',
      '/api/v1/namespaces/default/pods?labelSelector=%3D%3D',
    )
    expect(status).toBe(400)
    expect(json).toMatchObject({ kind: 'Status', reason: 'BadRequest', code: 400 })
  })

  it('a request that outlives its own timeout is 504', async () => {
    const { status, text } = await session().ordinary.request('GET', '/api/v1/pods?timeout=1ns')
    expect(status).toBe(504)
    expect(JSON.parse(text)).toMatchObject({ status: 'Failure', reason: 'Timeout', code: 504 })
  })

  it('an access review tells beforehand what one may do', async () => {
    const { ordinary, telemetry, collector } = session()
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: { ...collector, verb: 'delete', group: 'apps', resource: 'daemonsets' },
      },
    }
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    const may = await ordinary.request('POST', path, { body })
    expect(may.status).toBe(201)
    expect(may.json.status).toMatchObject({ allowed: true })
    const mayNot = await telemetry.request('POST', path, { body })
    expect(mayNot.json.status).toMatchObject({ allowed: false })
  })

  it("the controller manager's lease shows that it lives", async () => {
    const { ordinary } = session()
    const path = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager'
    const lease = await ordinary.expect('GET', path)
    expect(metaOf(lease).name).toBe('kube-controller-manager')
    expect(lease.spec).toMatchObject({
      holderIdentity: expect.any(String),
      leaseDurationSeconds: expect.any(Number),
      renewTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    })
  })
}
