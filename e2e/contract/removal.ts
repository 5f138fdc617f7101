import { afterEach, beforeEach, expect } from 'vitest'
import { until } from '../controlplane/seed'
import { daemonSet, daemonSets, metaOf, remove, type Session } from './session'
import type { Assert } from './target'

const name = 'contract-removal'
const path = `${daemonSets}/${name}`
const pods = `/api/v1/namespaces/default/pods?labelSelector=app%3D${name}`
const patience = 45_000

/** What happens to the pods of a service whose DaemonSet or whose rights are taken away. */
export function specifyRemoval(session: () => Session, it: Assert): void {
  const count = async () => {
    const list = await session().ordinary.expect('GET', pods)
    return (list.items as unknown[]).length
  }
  const deletePods = () => session().breakGlass.expect('DELETE', pods, { body: { gracePeriodSeconds: 0 } })

  beforeEach(async () => {
    const { ordinary, nodes } = session()
    await ordinary.expect('POST', daemonSets, { body: daemonSet(name) })
    await until(`${nodes} ready pods`, patience, async () => {
      const { status } = await ordinary.expect('GET', path)
      return (status as { numberReady: number }).numberReady === nodes
    })
  })
  afterEach(async () => {
    await remove(session().breakGlass, path)
    await deletePods()
    await until('no pods of the test', patience, async () => (await count()) === 0)
  })

  it('its pods go after the DaemonSet is gone', async () => {
    const { ordinary, nodes } = session()
    expect(await count()).toBe(nodes)
    await ordinary.expect('DELETE', path, { body: { propagationPolicy: 'Background' } })
    await until('its pods to go', patience, async () => (await count()) === 0)
  })

  it('orphaned pods stay, and one deletecollection by label takes them all', async () => {
    const { ordinary, nodes } = session()
    await ordinary.expect('DELETE', path, { body: { propagationPolicy: 'Orphan' } })
    // The orphaning finalizer keeps the DaemonSet until the garbage collector has freed its pods.
    await until('the DaemonSet to go', patience, async () => {
      return (await ordinary.request('GET', path)).status === 404
    })
    expect(await count()).toBe(nodes)

    const { status, json } = await ordinary.request('DELETE', pods, { body: { gracePeriodSeconds: 0 } })
    expect(status).toBe(200)
    expect(json.kind).toBe('PodList')
    expect(json.items).toHaveLength(nodes)
    await until('the pods to go', patience, async () => (await count()) === 0)
  })

  it('a deletecollection in dry run takes none', async () => {
    const { ordinary, nodes } = session()
    const { status } = await ordinary.request('DELETE', pods, { body: { dryRun: ['All'] } })
    expect(status).toBe(200)
    expect(await count()).toBe(nodes)
  })

  it('a deletecollection without the right is 403', async () => {
    const { status, json } = await session().telemetry.request('DELETE', pods)
    expect(status).toBe(403)
    expect(json.message).toContain('cannot deletecollection resource "pods" in API group ""')
  })

  it('without its role binding the service is refused, and with a new one let in again', async () => {
    const { ordinary, telemetry, collector } = session()
    const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'
    const binding = `${bindings}/${collector.name}`
    const lists = () => telemetry.request('GET', '/api/v1/pods?limit=1')
    const saved = await ordinary.expect('GET', binding)
    expect((await lists()).status).toBe(200)

    const { uid } = metaOf(saved)
    await ordinary.expect('DELETE', binding, { body: { preconditions: { uid } } })
    try {
      await until('the service to be refused', patience, async () => (await lists()).status === 403)
      const refused = await lists()
      expect(refused.json).toMatchObject({ reason: 'Forbidden', code: 403, details: { kind: 'pods' } })
    } finally {
      await ordinary.expect('POST', bindings, {
        body: {
          apiVersion: saved.apiVersion,
          kind: saved.kind,
          metadata: { name: metaOf(saved).name },
          roleRef: saved.roleRef,
          subjects: saved.subjects,
        },
      })
    }
    await until('the service to be let in again', patience, async () => (await lists()).status === 200)
  })
}
