import { afterAll, describe, expect } from 'vitest'
import type { JsonObject } from '../controlplane/api'
import { until } from '../controlplane/seed'
import { asResponder, shipped } from './responders'
import {
  apps,
  daemonSet,
  daemonSets,
  jsonPatch,
  mergePatch,
  metaOf,
  remove,
  type Session,
  workload,
} from './session'
import type { Assert } from './target'

const rbac = '/apis/rbac.authorization.k8s.io/v1'
const kinds: Record<string, string> = { ClusterRole: 'clusterroles', RoleBinding: 'rolebindings' }
const name = 'contract-shipped-actions'
const path = `${daemonSets}/${name}`

/** Whether the shipped roles let each kind of action be written, once they are in force. */
export function specifyShippedActions(session: () => Session, it: Assert): void {
  const as = asResponder(session)

  it('shrinks and rolls back a workload by patches', async () => {
    expect((await as('POST', daemonSets, { body: daemonSet(name) })).status).toBe(201)
    try {
      const before = await as('GET', path)
      const patch = (operation: object) =>
        as('PATCH', path, {
          contentType: jsonPatch,
          body: [{ op: 'test', path: '/metadata/uid', value: metaOf(before).uid }, operation],
        })
      const nodeSelector = { op: 'add', path: '/spec/template/spec/nodeSelector', value: { no: 'node' } }
      expect((await patch(nodeSelector)).status).toBe(200)
      const { template } = before.json.spec as JsonObject
      expect((await patch({ op: 'replace', path: '/spec/template', value: template })).status).toBe(200)
    } finally {
      await remove(session().breakGlass, path)
    }
  })

  it('scales a Deployment and a StatefulSet', async () => {
    for (const [kind, plural] of [
      ['Deployment', 'deployments'],
      ['StatefulSet', 'statefulsets'],
    ] as const) {
      const url = `${apps}/${plural}`
      const body = workload(kind, name, {
        replicas: 0,
        ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      })
      expect((await as('POST', url, { body })).status).toBe(201)
      try {
        const patch = [{ op: 'add', path: '/spec/replicas', value: 1 }]
        const scaled = await as('PATCH', `${url}/${name}/scale?dryRun=All`, {
          body: patch,
          contentType: jsonPatch,
        })
        expect(scaled.status, scaled.text).toBe(200)
      } finally {
        await remove(session().breakGlass, `${url}/${name}`)
      }
    }
  })

  it('makes and deletes a priority level and a flow schema, and changes none that is there', async () => {
    const { preferredVersion } = (await as('GET', '/apis/flowcontrol.apiserver.k8s.io')).json
    const { groupVersion } = preferredVersion as { groupVersion: string }
    const root = `/apis/${groupVersion}`
    const [levels, schemas] = [`${root}/prioritylevelconfigurations`, `${root}/flowschemas`]
    const limited = { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' } }
    const head = { apiVersion: groupVersion, metadata: { name } }
    const rules = [
      {
        subjects: [{ kind: 'User', user: { name: 'nobody' } }],
        nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      },
    ]
    try {
      const level = { ...head, kind: 'PriorityLevelConfiguration', spec: { type: 'Limited', limited } }
      expect((await as('POST', levels, { body: level })).status).toBe(201)
      const spec = { priorityLevelConfiguration: { name }, matchingPrecedence: 2, rules }
      const schema = { ...head, kind: 'FlowSchema', spec }
      expect((await as('POST', schemas, { body: schema })).status).toBe(201)
      expect((await as('GET', `${schemas}/${name}`)).status).toBe(200)
      const patch = { contentType: mergePatch, body: { spec: { matchingPrecedence: 3 } } }
      expect((await as('PATCH', `${schemas}/service-accounts`, patch)).status).toBe(403)
      for (const url of [`${schemas}/${name}`, `${levels}/${name}`])
        expect((await as('DELETE', url)).status).toBe(200)
    } finally {
      await remove(session().breakGlass, `${schemas}/${name}`)
      await remove(session().breakGlass, `${levels}/${name}`)
    }
  })

  describe('the optional role of deploy/rbac-prove-mute.yaml', () => {
    const url = (kind: string, namespace?: string) =>
      `${rbac}/${namespace ? `namespaces/${namespace}/` : ''}${kinds[kind]}`
    /** The collector stands for Holdfast here: an identity that may act for nobody as yet. */
    const actAs = (account: string) =>
      session().telemetry.request('GET', '/api/v1/pods?limit=1', {
        headers: { 'impersonate-user': `system:serviceaccount:${account}` },
      })

    afterAll(async () => {
      const { namespace } = session().collector
      await remove(session().breakGlass, `${url('RoleBinding', namespace)}/holdfast-prove-mute`)
      await remove(session().breakGlass, `${url('ClusterRole')}/holdfast-prove-mute`)
    })

    it('lets it act for the account that it names, and for no other', async () => {
      const { namespace, name: account } = session().collector
      expect((await actAs(`${namespace}:${account}`)).status).toBe(403)
      for (const body of shipped('rbac-prove-mute.yaml')) {
        const { kind, metadata } = body as { kind: string; metadata: object }
        const [rule] = (body.rules ?? []) as JsonObject[]
        const own =
          kind === 'ClusterRole'
            ? { ...body, rules: [{ ...rule, resourceNames: [account] }] }
            : {
                ...body,
                metadata: { ...metadata, namespace },
                subjects: [{ kind: 'ServiceAccount', namespace, name: account }],
              }
        const where = kind === 'ClusterRole' ? undefined : namespace
        await session().breakGlass.expect('POST', url(kind, where), { body: own })
      }
      await until('the leave to be in force', 10_000, async () => {
        const { status, headers } = await actAs(`${namespace}:${account}`)
        return status === 200 && headers['x-kubernetes-pf-flowschema-uid'] !== undefined
      })
      expect((await actAs(`${namespace}:default`)).status).toBe(403)
      expect((await actAs(`default:${account}`)).status).toBe(403)
    })
  })
}
