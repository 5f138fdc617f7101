import { afterAll, beforeAll, describe, expect } from 'vitest'
import type { JsonObject } from '../controlplane/api'
import { until } from '../controlplane/seed'
import { specifyLaneProofs } from './lane-proofs'
import { asResponder, responders, shipped } from './responders'
import { daemonSet, daemonSets, mergePatch, metaOf, remove, type Session } from './session'
import { specifyShippedActions } from './shipped-actions'
import type { Assert } from './target'

const rbac = '/apis/rbac.authorization.k8s.io/v1'
const kinds: Record<string, string> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
}
const name = 'contract-shipped'
const path = `${daemonSets}/${name}`

/** Whether somebody who has just the roles of deploy/rbac.yaml can do what Holdfast does. */
export function specifyShippedRoles(session: () => Session, it: Assert): void {
  const as = asResponder(session)

  beforeAll(async () => {
    for (const body of shipped('rbac.yaml')) {
      await session().breakGlass.expect('POST', `${rbac}/${kinds[body.kind]}`, { body, expected: [201, 409] })
    }
    await until('the roles to be in force', 10_000, async () => (await as('GET', '/metrics')).status === 200)
  })

  for (const url of [
    '/livez?verbose',
    '/readyz?verbose',
    '/readyz/etcd',
    '/version',
    '/metrics',
    '/api/v1/namespaces/kube-system',
    '/api/v1/nodes?limit=1',
    '/api/v1/namespaces/kube-system/configmaps/coredns',
    '/api/v1/namespaces/kube-system/configmaps/node-local-dns',
    '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager',
    '/apis/apps/v1/daemonsets?limit=1',
    '/apis/apps/v1/deployments?limit=1',
    '/apis/apps/v1/statefulsets?limit=1',
    '/apis/apps/v1/namespaces/default/controllerrevisions?labelSelector=app%3Dnone&limit=100',
    '/apis/apps/v1/namespaces/default/replicasets?labelSelector=app%3Dnone&limit=100',
    '/apis/apps/v1/namespaces/kube-system/deployments/coredns',
    '/apis/apps/v1/namespaces/kube-system/deployments/coredns/scale',
    '/apis/flowcontrol.apiserver.k8s.io',
    '/api/v1/namespaces/default/pods?labelSelector=app%3Dnone&limit=1',
    `${rbac}/clusterrolebindings?limit=1`,
    `${rbac}/rolebindings?limit=1`,
  ]) {
    it(`reads ${url}`, async () => {
      expect((await as('GET', url)).status).toBe(200)
    })
  }

  for (const url of [
    '/api/v1/secrets?limit=1',
    '/api/v1/namespaces/kube-system/secrets?limit=1',
    '/api/v1/configmaps?limit=1',
  ]) {
    it(`may not read ${url}`, async () => {
      expect((await as('GET', url)).status).toBe(403)
    })
  }

  for (const [method, url] of [
    ['PATCH', '/api/v1/nodes/none'],
    ['DELETE', '/api/v1/nodes/none'],
    ['DELETE', '/apis/apps/v1/namespaces/default/replicasets/none'],
    ['DELETE', '/apis/apps/v1/namespaces/default/controllerrevisions/none'],
    ['DELETE', '/api/v1/namespaces/default'],
  ] as const) {
    it(`may not ${method} ${url}`, async () => {
      const options = method === 'PATCH' ? { body: {}, contentType: mergePatch } : {}
      expect((await as(method, url, options)).status).toBe(403)
    })
  }

  specifyShippedActions(session, it)

  specifyLaneProofs(session, it)

  it('removes a workload with its pods, and puts it back', async () => {
    const made = await as('POST', daemonSets, { body: daemonSet(name) })
    expect(made.status).toBe(201)
    try {
      const { uid } = metaOf(made)
      const gone = await as('DELETE', path, {
        body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid } },
      })
      expect(gone.status).toBe(200)
      const pods = `/api/v1/namespaces/default/pods?labelSelector=app%3D${name}`
      expect((await as('DELETE', pods, { body: { gracePeriodSeconds: 0 } })).status).toBe(200)
      expect((await as('POST', daemonSets, { body: daemonSet(name) })).status).toBe(201)
    } finally {
      await remove(session().breakGlass, path)
    }
  })

  // The server refuses every write of a binding by somebody who neither has the rights it gives nor may bind its role.
  for (const way of ['without', 'with'] as const) {
    describe(`${way} leave to bind the role of the service`, () => {
      const expected = way === 'with' ? { created: 201, patched: 200 } : { created: 403, patched: 403 }

      beforeAll(async () => {
        if (way === 'with') await allowBinding(session())
      })
      afterAll(async () => {
        await remove(session().breakGlass, `${rbac}/clusterrolebindings/${name}`)
        await remove(session().breakGlass, `${rbac}/clusterroles/${name}`)
      })

      it(`takes its rights away; giving them back is ${expected.created}`, async () => {
        const { breakGlass, collector } = session()
        const url = `${rbac}/clusterrolebindings/${collector.name}`
        const saved = await breakGlass.expect('GET', url)
        const body = binding(collector.name, saved.roleRef, saved.subjects)
        const options = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: metaOf(saved).uid } }
        expect((await as('DELETE', url, { body: options })).status).toBe(200)
        const back = await as('POST', `${rbac}/clusterrolebindings`, { body })
        if (back.status !== 201) await breakGlass.expect('POST', `${rbac}/clusterrolebindings`, { body })
        expect(back.status, back.text).toBe(expected.created)
      })

      it(`taking it out of a binding that names others too is ${expected.patched}`, async () => {
        const { breakGlass, collector } = session()
        const subjects = [
          { kind: 'ServiceAccount', ...collector },
          { kind: 'ServiceAccount', namespace: 'default', name: 'another' },
        ]
        const body = binding(`${name}-shared`, roleRef(collector.name), subjects)
        await breakGlass.expect('POST', `${rbac}/clusterrolebindings`, { body })
        const url = `${rbac}/clusterrolebindings/${name}-shared`
        try {
          const patched = await as('PATCH', url, {
            body: [{ op: 'replace', path: '/subjects', value: subjects.slice(1) }],
            contentType: 'application/json-patch+json',
          })
          expect(patched.status, patched.text).toBe(expected.patched)
        } finally {
          await remove(breakGlass, url)
        }
      })
    })
  }
}

function roleRef(role: string): JsonObject {
  return { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role }
}

function binding(bindingName: string, role: unknown, subjects: unknown): JsonObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: bindingName },
    roleRef: role,
    subjects,
  }
}

/** Grants what deploy/rbac.yaml leaves to the owner of a cluster: to bind one role, by its name. */
async function allowBinding({ breakGlass, collector }: Session): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io'
  await breakGlass.expect('POST', `${rbac}/clusterroles`, {
    body: {
      apiVersion: `${apiGroup}/v1`,
      kind: 'ClusterRole',
      metadata: { name },
      rules: [
        {
          apiGroups: [apiGroup],
          resources: ['clusterroles'],
          resourceNames: [collector.name],
          verbs: ['bind'],
        },
      ],
    },
  })
  const group = { apiGroup, kind: 'Group', name: responders }
  await breakGlass.expect('POST', `${rbac}/clusterrolebindings`, {
    body: binding(name, roleRef(name), [group]),
  })
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: 'contract',
      groups: [responders],
      resourceAttributes: { group: apiGroup, resource: 'clusterroles', name: collector.name, verb: 'bind' },
    },
  }
  await until('the leave to bind to be in force', 10_000, async () => {
    const { status } = await breakGlass.expect('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      body,
    })
    return (status as { allowed: boolean }).allowed
  })
}
