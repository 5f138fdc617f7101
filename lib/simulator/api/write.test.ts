import { describe, expect, it, vi } from 'vitest'
import { asObject } from '../objects/json'
import type { JsonObject } from '../objects/types'
import { beginRequest } from './handle-request'
import { type Call, call, clusterBySize, EXEMPT, RESPONDER, smallFleet } from './testing'
import type { Identity } from './types'

// Whole fleets are stepped here: seconds, on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const SETS = '/apis/apps/v1/namespaces/logging/daemonsets'
const manifest = (name = 'probe', labels: Record<string, string> = { app: 'probe' }): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name, namespace: 'logging' },
  spec: {
    selector: { matchLabels: { app: 'probe' } },
    template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'example.com/a:1' }] } },
  },
})

function setup() {
  const cluster = clusterBySize(smallFleet(), 'smallest')
  return {
    cluster,
    ask: (method: string, path: string, options: Call = {}) =>
      call(cluster, method, path, { identity: EXEMPT, ...options }),
  }
}
const meta = (json: JsonObject) => asObject(json.metadata)

describe('create', () => {
  it('fills in what is the server’s', () => {
    const { ask } = setup()
    const { status, json } = ask('POST', SETS, { body: manifest() })
    expect(status).toBe(201)
    expect(meta(json)).toMatchObject({
      generation: 1,
      namespace: 'logging',
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(ask('GET', `${SETS}/probe`).json).toEqual(json)
  })

  it('makes names', () => {
    const { ask } = setup()
    const body = { ...manifest(), metadata: { generateName: 'probe-' } }
    expect(meta(ask('POST', SETS, { body }).json).name).toMatch(/^probe-[a-z0-9]{5}$/)
  })

  it('refuses a resourceVersion with a plain 500, as the real server does', () => {
    const { ask } = setup()
    const body = { ...manifest(), metadata: { name: 'probe', resourceVersion: '7' } }
    expect(ask('POST', SETS, { body }).text).toBe(
      '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"resourceVersion should not be set on objects to be created","code":500}',
    )
  })

  it('refuses what is there already, what belongs elsewhere and what is not valid', () => {
    const { ask } = setup()
    ask('POST', SETS, { body: manifest() })
    expect(ask('POST', SETS, { body: manifest() }).json).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'daemonsets.apps "probe" already exists',
    })
    expect(ask('POST', SETS.replace('logging', 'default'), { body: manifest() }).json).toMatchObject({
      code: 400,
    })
    expect(
      ask('POST', SETS.replace('logging', 'nowhere'), { body: { ...manifest(), metadata: { name: 'x' } } })
        .json,
    ).toMatchObject({
      code: 404,
      message: 'namespaces "nowhere" not found',
    })
    expect(ask('POST', SETS, { body: manifest('Probe_1') }).json).toMatchObject({
      code: 422,
      reason: 'Invalid',
    })
    expect(ask('POST', SETS, { body: manifest('other', { app: 'x' }) }).json).toMatchObject({
      code: 422,
      message:
        'DaemonSet.apps "other" is invalid: spec.template.metadata.labels: Invalid value: map[string]string{"app":"x"}: `selector` does not match template `labels`',
    })
    expect(ask('POST', SETS, { body: '{' }).json).toMatchObject({ code: 400, reason: 'BadRequest' })
    expect(ask('POST', SETS, { body: { ...manifest(), kind: 'Deployment' } }).json).toMatchObject({
      code: 400,
    })
  })

  it('does nothing in a dry run', () => {
    const { ask } = setup()
    expect(ask('POST', `${SETS}?dryRun=All`, { body: manifest() }).status).toBe(201)
    expect(ask('GET', `${SETS}/probe`).status).toBe(404)
    expect(ask('POST', `${SETS}?dryRun=Some`, { body: manifest() }).json).toMatchObject({ code: 422 })
  })
})

describe('update and patch', () => {
  it('counts generations of the specification only', () => {
    const { ask } = setup()
    const made = ask('POST', SETS, { body: manifest() }).json
    const labelled = ask('PATCH', `${SETS}/probe`, {
      body: { metadata: { labels: { a: 'b' } } },
      contentType: 'application/merge-patch+json',
    }).json
    expect(meta(labelled)).toMatchObject({ generation: 1, labels: { a: 'b' } })
    expect(meta(labelled).resourceVersion).not.toBe(meta(made).resourceVersion)
    const newImage = ask('PATCH', `${SETS}/probe`, {
      body: { spec: { template: { spec: { containers: [{ name: 'a', image: 'example.com/a:2' }] } } } },
      contentType: 'application/strategic-merge-patch+json',
    }).json
    expect(meta(newImage).generation).toBe(2)
  })

  it('refuses to overwrite what was modified meanwhile', () => {
    const { ask } = setup()
    const made = ask('POST', SETS, { body: manifest() }).json
    const stale = { ...made, metadata: { ...meta(made), resourceVersion: '1' } }
    expect(ask('PUT', `${SETS}/probe`, { body: stale }).json).toMatchObject({
      code: 409,
      message:
        'Operation cannot be fulfilled on daemonsets.apps "probe": the object has been modified; please apply your changes to the latest version and try again',
    })
    expect(ask('PUT', `${SETS}/other`, { body: made }).json).toMatchObject({
      code: 400,
      message: 'the name of the object (probe) does not match the name on the URL (other)',
    })
  })

  it('applies JSON patches with their tests', () => {
    const { ask } = setup()
    ask('POST', SETS, { body: manifest() })
    const contentType = 'application/json-patch+json'
    const add = { op: 'add', path: '/metadata/annotations', value: { 'a/b': '1' } }
    expect(
      ask('PATCH', `${SETS}/probe`, {
        body: [{ op: 'test', path: '/metadata/name', value: 'other' }, add],
        contentType,
      }).json,
    ).toMatchObject({
      code: 422,
      message: 'the server rejected our request due to an error in our request',
    })
    expect(
      meta(
        ask('PATCH', `${SETS}/probe`, {
          body: [{ op: 'test', path: '/metadata/name', value: 'probe' }, add],
          contentType,
        }).json,
      ).annotations,
    ).toEqual({ 'a/b': '1', 'deprecated.daemonset.template.generation': '1' })
    const gone = ask('PATCH', `${SETS}/probe`, {
      body: [{ op: 'remove', path: '/metadata/annotations/a~1b' }],
      contentType,
    }).json
    expect(meta(gone).annotations).toEqual({ 'deprecated.daemonset.template.generation': '1' })
  })

  it('knows three kinds of patches', () => {
    const { ask } = setup()
    expect(
      ask('PATCH', `${SETS}/log-shipper`, { body: {}, contentType: 'application/json' }).json,
    ).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' })
  })
})

describe('delete', () => {
  it('checks uid and resourceVersion, in a dry run too', () => {
    const { ask } = setup()
    const made = ask('POST', SETS, { body: manifest() }).json
    const { uid, resourceVersion } = meta(made)
    const zero = '00000000-0000-0000-0000-000000000000'
    const dryRun = ['All']
    expect(ask('DELETE', `${SETS}/probe`, { body: { preconditions: { uid: zero }, dryRun } }).text).toBe(
      `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Operation cannot be fulfilled on DaemonSet.apps \\"probe\\": the UID in the precondition (${zero}) does not match the UID in record (${uid}). The object might have been deleted and then recreated","reason":"Conflict","details":{"name":"probe","group":"apps","kind":"DaemonSet"},"code":409}`,
    )
    expect(
      ask('DELETE', `${SETS}/probe`, { body: { preconditions: { resourceVersion: '1' } } }).json,
    ).toMatchObject({
      code: 409,
      message: `Operation cannot be fulfilled on DaemonSet.apps "probe": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    })
    const success = `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","details":{"name":"probe","group":"apps","kind":"daemonsets","uid":"${uid}"}}`
    expect(ask('DELETE', `${SETS}/probe`, { body: { preconditions: { uid }, dryRun } }).text).toBe(success)
    expect(ask('DELETE', `${SETS}/probe`, { body: { preconditions: { uid, resourceVersion } } }).text).toBe(
      success,
    )
    expect(ask('DELETE', `${SETS}/probe`).status).toBe(404)
  })

  it('names a dry run that it does not know', () => {
    const { ask } = setup()
    expect(ask('DELETE', `${SETS}/log-shipper`, { body: { dryRun: ['Some'] } }).text).toBe(
      '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"DeleteOptions.meta.k8s.io \\"\\" is invalid: dryRun: Unsupported value: []string{\\"Some\\"}: supported values: \\"All\\"","reason":"Invalid","details":{"group":"meta.k8s.io","kind":"DeleteOptions","causes":[{"reason":"FieldValueNotSupported","message":"Unsupported value: []string{\\"Some\\"}: supported values: \\"All\\"","field":"dryRun"}]},"code":422}',
    )
  })

  it('marks the object first when its pods are to go before it', () => {
    const { ask } = setup()
    const { status, json } = ask('DELETE', `${SETS}/log-shipper`, {
      body: { propagationPolicy: 'Foreground', dryRun: ['All'] },
    })
    expect(status).toBe(200)
    expect(meta(json)).toMatchObject({
      finalizers: ['foregroundDeletion'],
      deletionGracePeriodSeconds: 0,
      generation: 2,
    })
    expect(meta(ask('GET', `${SETS}/log-shipper`).json).deletionTimestamp).toBeUndefined()
  })
})

describe('scale', () => {
  const scaleOf = (cluster: { model: { product: string } }) =>
    `/apis/apps/v1/namespaces/${cluster.model.product}/deployments/${cluster.model.product}-gateway/scale`

  it('exists for Deployments and not for DaemonSets', () => {
    const { cluster, ask } = setup()
    expect(ask('GET', scaleOf(cluster)).json).toMatchObject({ kind: 'Scale', apiVersion: 'autoscaling/v1' })
    expect(ask('GET', `${SETS}/log-shipper/scale`).json).toMatchObject({
      code: 404,
      message: 'the server could not find the requested resource',
    })
  })

  it('leaves spec empty for zero and refuses less', () => {
    const { cluster, ask } = setup()
    const path = scaleOf(cluster)
    const scale = ask('GET', path).json
    expect(ask('PUT', `${path}?dryRun=All`, { body: { ...scale, spec: { replicas: 0 } } }).json.spec).toEqual(
      {},
    )
    expect(ask('PUT', path, { body: { ...scale, spec: { replicas: -1 } } }).json).toMatchObject({
      code: 422,
      message: `Scale.autoscaling "${cluster.model.product}-gateway" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0`,
    })
    expect(
      ask('PATCH', path, { body: { spec: { replicas: 3 } }, contentType: 'application/merge-patch+json' })
        .json.spec,
    ).toEqual({ replicas: 3 })
    expect(ask('PUT', path, { body: { ...scale, spec: { replicas: 5 } } }).json).toMatchObject({ code: 409 })
  })
})

describe('a DELETE that has a body', () => {
  it('is asked by its body alone: a dry run in the query is not seen', () => {
    const { ask } = setup()
    expect(ask('DELETE', `${SETS}/log-shipper?dryRun=All`).status).toBe(200)
    expect(ask('GET', `${SETS}/log-shipper`).status).toBe(200)
    ask('DELETE', `${SETS}/log-shipper?dryRun=All`, { body: { propagationPolicy: 'Background' } })
    expect(ask('GET', `${SETS}/log-shipper`).status).toBe(404)
  })
})

describe('granting rights', () => {
  const BINDINGS = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'
  const binding = (name: string, role: string): JsonObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'friend' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  })
  const other = { user: 'contract', groups: ['holdfast:responders', 'system:authenticated'] }

  it('is refused to those who neither hold them nor may bind the role', () => {
    const { ask } = setup()
    expect(
      ask('POST', BINDINGS, { body: binding('x', 'cluster-admin'), identity: other }).json,
    ).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: expect.stringContaining(
        'user "contract" (groups=["holdfast:responders" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:',
      ),
    })
    expect(ask('POST', BINDINGS, { body: binding('x', 'system:basic-user'), identity: other }).status).toBe(
      201,
    )
    expect(ask('POST', BINDINGS, { body: binding('y', 'cluster-admin'), identity: RESPONDER }).status).toBe(
      201,
    )
  })

  it('follows whom a caller acts for', () => {
    const { cluster } = setup()
    const review = (identity: Identity, headers: Record<string, string>) => {
      const start = beginRequest(cluster, {
        server: 'balanced',
        identity,
        method: 'GET',
        path: '/api/v1/secrets',
        headers,
      })
      return 'outcome' in start ? 0 : start.finish().status
    }
    expect(review(EXEMPT, {})).toBe(200)
    expect(review(EXEMPT, { 'impersonate-user': 'friend', 'impersonate-group': 'a, b' })).toBe(403)
    expect(review(RESPONDER, { 'impersonate-user': 'break-glass' })).toBe(403)
  })
})
