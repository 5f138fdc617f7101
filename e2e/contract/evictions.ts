import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { JsonObject } from '../controlplane/api'
import { until } from '../controlplane/seed'
import { asResponder, shipped } from './responders'
import { remove, type Session } from './session'
import type { Assert } from './target'

const rbac = '/apis/rbac.authorization.k8s.io/v1'
const kinds: Record<string, string> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
}
const name = 'contract-evictions'
const patience = 30_000

interface Pod {
  metadata: { name: string; uid: string; labels: Record<string, string> }
  spec: { nodeName?: string }
}

/** Pods that are asked to leave their node, as somebody with just the optional role of deploy/rbac-optional.yaml. */
export function specifyEvictions(session: () => Session, it: Assert): void {
  const as = asResponder(session)
  const budgets = () => `/apis/policy/v1/namespaces/${session().collector.namespace}/poddisruptionbudgets`
  let pod: Pod

  beforeAll(async () => {
    const own = shipped('rbac-optional.yaml').filter(
      ({ metadata }) => (metadata as { name: string }).name === 'holdfast-nodes',
    )
    for (const body of own)
      await session().breakGlass.expect('POST', `${rbac}/${kinds[body.kind]}`, { body, expected: [201, 409] })
    await until('the role to be in force', patience, async () => (await podsOf('none')).status === 200)
  })

  // What follows tries roles that do not go so far.
  afterAll(async () => {
    for (const kind of ['ClusterRoleBinding', 'ClusterRole'])
      await remove(session().breakGlass, `${rbac}/${kinds[kind]}/holdfast-nodes`)
    await until('the role to be gone', patience, async () => (await podsOf('none')).status === 403)
  })

  beforeEach(async () => {
    const { namespace, name: account } = session().collector
    const { items } = await session().breakGlass.expect(
      'GET',
      `/api/v1/namespaces/${namespace}/pods?limit=500`,
    )
    const found = (items as Pod[]).find(one => one.metadata.name.startsWith(account))
    if (!found) throw new Error('no pod of the collector')
    pod = found
  })
  afterEach(() => remove(session().breakGlass, `${budgets()}/${name}`))

  const podsOf = (node: string) =>
    as('GET', `/api/v1/pods?fieldSelector=spec.nodeName%3D${node}&resourceVersion=0&limit=500`)

  /** In dry run: the budget and the preconditions have their say, and the pod stays. */
  const evict = (uid: string, of = pod.metadata.name) => {
    const { namespace } = session().collector
    const body = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { namespace, name: of },
      deleteOptions: { preconditions: { uid }, dryRun: ['All'] },
    }
    return as('POST', `/api/v1/namespaces/${namespace}/pods/${of}/eviction`, { body })
  }

  const limit = (spec: JsonObject) =>
    session().breakGlass.expect('POST', budgets(), {
      body: { metadata: { name }, spec: { selector: { matchLabels: pod.metadata.labels }, ...spec } },
    })

  it('pods are listed by their node from the watch cache', async () => {
    const { json, status } = await podsOf(pod.spec.nodeName ?? '')
    expect(status).toBe(200)
    const found = json.items as Pod[]
    expect(found.map(({ metadata }) => metadata.uid)).toContain(pod.metadata.uid)
    expect(new Set(found.map(({ spec }) => spec.nodeName))).toEqual(new Set([pod.spec.nodeName]))
  })

  it('an eviction by uid is admitted; another uid is 409, and no pod 404', async () => {
    const admitted = await evict(pod.metadata.uid)
    expect(admitted.status, admitted.text).toBe(201)
    const other = await evict('another')
    expect(other).toMatchObject({ status: 409, json: { reason: 'Conflict' } })
    expect(String(other.json.message)).toMatch(/\buid\b/i)
    expect(await evict(pod.metadata.uid, 'not-there')).toMatchObject({
      status: 404,
      json: { reason: 'NotFound' },
    })
  })

  it('a disruption budget that has nothing left answers 429 and says which one', async () => {
    await limit({ minAvailable: 100_000 })
    await until('the budget to hold', patience, async () => {
      const { status, text } = await evict(pod.metadata.uid)
      return status === 429 && text.includes(`disruption budget ${name} needs 100000 healthy pods`)
    })
    const { json, headers } = await evict(pod.metadata.uid)
    expect(json).toMatchObject({
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [{ reason: 'DisruptionBudget' }] },
    })
    expect(headers['retry-after']).toBeUndefined()
  })

  it('a pod may be evicted by nobody who may not', async () => {
    const { namespace } = session().collector
    const path = `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/eviction`
    const body = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { namespace, name: pod.metadata.name },
    }
    expect((await session().telemetry.request('POST', path, { body })).status).toBe(403)
    expect((await as('DELETE', path.replace('/eviction', ''))).status).toBe(403)
  })
}
