import { expect, it } from 'vitest'
import type { SimulatedCluster } from '../fleet/cluster'
import { call, clusterBySize, EXEMPT, smallFleet } from './testing'

const APP = 'web-under-test'
const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'
const pods = `/api/v1/namespaces/default/pods?labelSelector=app%3D${APP}`

interface Pod {
  metadata: { name: string; uid: string }
  spec: { nodeName: string }
}

/** A cluster with a ReplicaSet of three pods. */
function cluster(): SimulatedCluster {
  const fleet = smallFleet()
  const made = clusterBySize(fleet, 'smallest')
  const labels = { app: APP }
  const body = {
    metadata: { name: APP, namespace: 'default' },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'b' }] } },
    },
  }
  const reply = call(made, 'POST', '/apis/apps/v1/namespaces/default/replicasets', { identity: EXEMPT, body })
  expect(reply.status, reply.text).toBe(201)
  for (let second = 0; second < 60 && listed(made).length < 3; second++) made.tick()
  expect(listed(made)).toHaveLength(3)
  return made
}

const listed = (on: SimulatedCluster) =>
  call(on, 'GET', pods, { identity: EXEMPT }).json.items as unknown as Pod[]

function evict(on: SimulatedCluster, { metadata: { name, uid } }: Pod, query = '', given = uid) {
  return call(on, 'POST', `/api/v1/namespaces/default/pods/${name}/eviction${query}`, {
    identity: EXEMPT,
    body: {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace: 'default' },
      deleteOptions: { preconditions: { uid: given } },
    },
  })
}

function limit(on: SimulatedCluster, spec: object, name = APP) {
  const body = { metadata: { name }, spec: { selector: { matchLabels: { app: APP } }, ...spec } }
  expect(call(on, 'POST', budgets, { identity: EXEMPT, body }).status).toBe(201)
}

it('lets a pod go, which comes back as another one on a node that takes work', () => {
  const on = cluster()
  const [pod] = listed(on)
  if (!pod) throw new Error('no pod')
  expect(evict(on, pod, '?dryRun=All').status).toBe(201)
  expect(listed(on)).toContainEqual(
    expect.objectContaining({ metadata: expect.objectContaining(pod.metadata) }),
  )
  const cordon = {
    identity: EXEMPT,
    body: { spec: { unschedulable: true } },
    contentType: 'application/merge-patch+json',
  }
  expect(call(on, 'PATCH', `/api/v1/nodes/${pod.spec.nodeName}`, cordon).status).toBe(200)
  expect(evict(on, pod).status).toBe(201)
  expect(evict(on, pod).status).toBe(404)
  const after = listed(on)
  expect(after).toHaveLength(3)
  expect(after.map(({ metadata }) => metadata.uid)).not.toContain(pod.metadata.uid)
  expect(after.map(({ spec }) => spec.nodeName)).not.toContain(pod.spec.nodeName)
})

it('answers 409 to another uid, and 404 where there is none', () => {
  const on = cluster()
  const [pod] = listed(on)
  if (!pod) throw new Error('no pod')
  expect(evict(on, pod, '', 'another')).toMatchObject({ status: 409, json: { reason: 'Conflict' } })
  expect(evict(on, { ...pod, metadata: { name: 'none', uid: 'x' } }).status).toBe(404)
})

it.each([
  [{ minAvailable: 3 }, 0],
  [{ minAvailable: 2 }, 1],
  [{ minAvailable: '50%' }, 1],
  [{ maxUnavailable: 2 }, 2],
  [{ maxUnavailable: '34%' }, 2],
])('keeps to a budget of %j', (spec, allowed) => {
  const on = cluster()
  limit(on, spec)
  const answers = listed(on).map(pod => evict(on, pod))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(allowed)
  expect(answers.at(-1)).toMatchObject({
    status: 429,
    json: {
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [{ reason: 'DisruptionBudget' }] },
    },
  })
})

it('allows the next one when the last is back, and none under two budgets', () => {
  const on = cluster()
  limit(on, { maxUnavailable: 1 })
  const [first, second] = listed(on)
  if (!first || !second) throw new Error('no pods')
  expect(evict(on, first).status).toBe(201)
  expect(evict(on, second).status).toBe(429)
  on.model.second += 31
  expect(evict(on, second).status).toBe(201)
  limit(on, { minAvailable: 1 }, 'another')
  on.model.second += 31
  const [third] = listed(on)
  expect(third && evict(on, third).status).toBe(500)
})
