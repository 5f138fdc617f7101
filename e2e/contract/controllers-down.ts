import { afterEach, beforeEach, expect } from 'vitest'
import type { JsonObject } from '../controlplane/api'
import { until } from '../controlplane/seed'
import { apps, daemonSet, daemonSets, mergePatch, podsOf, remove, type Session, workload } from './session'
import type { Assert } from './target'

const [everywhere, scaled] = ['contract-down-everywhere', 'contract-down-scaled']
const deployments = `${apps}/deployments`
const patience = 45_000
/** Long enough for a controller manager that lives to have acted. */
const idleMs = 1500

/** What is written while nobody acts on it: the API takes it, and the pods stay until the controllers are back. */
export function specifyControllersDown(session: () => Session, it: Assert): void {
  const count = async (name: string) => {
    const { items } = await session().ordinary.expect('GET', podsOf(name))
    return (items as unknown[]).length
  }
  const read = async (path: string) => {
    const { metadata, status } = (await session().ordinary.expect('GET', path)) as Record<string, JsonObject>
    return { generation: metadata?.generation, ...status }
  }

  beforeEach(async () => {
    const { ordinary, nodes } = session()
    await ordinary.expect('POST', daemonSets, { body: daemonSet(everywhere) })
    await ordinary.expect('POST', deployments, { body: workload('Deployment', scaled, { replicas: 2 }) })
    await until('pods of both', patience, async () => {
      const [set, deployment] = [
        await read(`${daemonSets}/${everywhere}`),
        await read(`${deployments}/${scaled}`),
      ] as [JsonObject, JsonObject]
      return set.numberReady === nodes && deployment.readyReplicas === 2
    })
  })
  afterEach(async () => {
    await remove(session().breakGlass, `${daemonSets}/${everywhere}`)
    await remove(session().breakGlass, `${deployments}/${scaled}`)
    for (const name of [everywhere, scaled])
      await until(`no pods of ${name}`, patience, async () => (await count(name)) === 0)
  })

  it('a node selector and a scale are taken, generations run ahead, and nothing moves', async () => {
    const { ordinary, controllers, nodes } = session()
    const nodeSelector = { 'example.com/nowhere': 'true' }
    await controllers.halt()
    try {
      await ordinary.expect('PATCH', `${daemonSets}/${everywhere}`, {
        contentType: mergePatch,
        body: { spec: { template: { spec: { nodeSelector } } } },
      })
      await ordinary.expect('PATCH', `${deployments}/${scaled}/scale`, {
        contentType: mergePatch,
        body: { spec: { replicas: 0 } },
      })
      await new Promise(resolve => setTimeout(resolve, idleMs))
      expect(await read(`${daemonSets}/${everywhere}`)).toMatchObject({
        generation: 2,
        observedGeneration: 1,
        desiredNumberScheduled: nodes,
        currentNumberScheduled: nodes,
      })
      expect(await read(`${deployments}/${scaled}`)).toMatchObject({
        generation: 2,
        observedGeneration: 1,
        replicas: 2,
      })
      expect([await count(everywhere), await count(scaled)]).toEqual([nodes, 2])
      const { items } = await ordinary.expect(
        'GET',
        `${apps}/controllerrevisions?labelSelector=app%3D${everywhere}`,
      )
      expect(items).toHaveLength(1)
    } finally {
      await controllers.resume()
    }
    for (const name of [everywhere, scaled])
      await until(`the pods of ${name} to go`, patience, async () => (await count(name)) === 0)
    expect(await read(`${daemonSets}/${everywhere}`)).toMatchObject({
      observedGeneration: 2,
      desiredNumberScheduled: 0,
    })
  })
}
