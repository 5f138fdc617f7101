import { afterEach, beforeEach, expect } from 'vitest'
import type { JsonObject } from '../controlplane/api'
import { until } from '../controlplane/seed'
import { apps, jsonPatch, mergePatch, metaOf, podsOf, remove, type Session, workload } from './session'
import type { Assert } from './target'

const name = 'contract-scales'
const patience = 45_000
const other = '00000000-0000-0000-0000-000000000000'

const kinds: { kind: string; plural: string; spec: JsonObject }[] = [
  { kind: 'Deployment', plural: 'deployments', spec: { replicas: 2 } },
  {
    kind: 'StatefulSet',
    plural: 'statefulsets',
    spec: { replicas: 2, serviceName: name, podManagementPolicy: 'Parallel' },
  },
  { kind: 'ReplicaSet', plural: 'replicasets', spec: { replicas: 2 } },
]

/** Workloads whose number of pods is changed through their `/scale`. */
export function specifyScales(session: () => Session, it: Assert): void {
  const pods = async () => {
    const { items } = await session().ordinary.expect('GET', podsOf(name))
    return (items as unknown[]).length
  }

  for (const { kind, plural, spec } of kinds) {
    const path = `${apps}/${plural}/${name}`
    const scale = `${path}/scale`
    // ReplicaSets are their Deployments' affair: an ordinary responder does not write them.
    const api = () => (kind === 'ReplicaSet' ? session().breakGlass : session().ordinary)
    let uid = ''

    const settled = (replicas: number, generation: number) =>
      until(`${replicas} pods of the ${kind}`, patience, async () => {
        const { status } = (await api().expect('GET', path)) as { status: Record<string, number> }
        const ready = (status.replicas ?? 0) === replicas && (status.readyReplicas ?? 0) === replicas
        const updated = kind === 'ReplicaSet' || (status.updatedReplicas ?? 0) === replicas
        return status.observedGeneration === generation && ready && updated && (await pods()) === replicas
      })
    const patch = (operations: object[], query = '') =>
      api().request('PATCH', `${scale}${query}`, {
        contentType: jsonPatch,
        body: [{ op: 'test', path: '/metadata/uid', value: uid }, ...operations],
      })
    const merge = (body: object, query = '') =>
      api().request('PATCH', `${scale}${query}`, { contentType: mergePatch, body })

    const describeKind = (title: string, check: () => Promise<void>) =>
      it(`${kind}: ${title}`, async () => {
        uid = metaOf(
          await api().expect('POST', `${apps}/${plural}`, { body: workload(kind, name, spec) }),
        ).uid
        await settled(2, 1)
        await check()
      })

    describeKind('a JSON patch that names its uid changes the number, and the pods follow', async () => {
      const done = await patch([{ op: 'replace', path: '/spec/replicas', value: 3 }])
      expect(done.status, done.text).toBe(200)
      expect(done.json).toMatchObject({
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        metadata: { name, uid },
        spec: { replicas: 3 },
        status: { replicas: 2, selector: `app=${name}` },
      })
      expect(metaOf(await api().expect('GET', path)).generation).toBe(2)
      await settled(3, 2)
    })

    describeKind('another uid is refused: 422 by a JSON patch, 409 by a merge patch', async () => {
      const wrong = await api().request('PATCH', scale, {
        contentType: jsonPatch,
        body: [
          { op: 'test', path: '/metadata/uid', value: other },
          { op: 'replace', path: '/spec/replicas', value: 0 },
        ],
      })
      expect(wrong.status).toBe(422)
      expect(wrong.json).toMatchObject({ reason: 'Invalid' })
      const merged = await merge({ metadata: { uid: other }, spec: { replicas: 0 } })
      expect(merged.status).toBe(409)
      expect(merged.json).toMatchObject({ reason: 'Conflict', details: { name, kind: `${plural}/scale` } })
      expect(await api().expect('GET', scale)).toMatchObject({ spec: { replicas: 2 } })
    })

    describeKind(
      'nought leaves the spec empty and takes all pods; one can come back from there',
      async () => {
        const none = await merge({ metadata: { uid }, spec: { replicas: 0 } })
        expect(none.status).toBe(200)
        expect(none.json.spec).toEqual({})
        await settled(0, 2)
        expect(await api().expect('GET', scale)).toMatchObject({ spec: {}, status: { replicas: 0 } })
        // What is left out cannot be tested for by its value.
        const tested = await patch([{ op: 'test', path: '/spec/replicas', value: 0 }])
        expect(tested.status).toBe(422)
        const back = await patch([{ op: 'add', path: '/spec/replicas', value: 2 }])
        expect(back.json.spec).toEqual({ replicas: 2 })
        await settled(2, 3)
      },
    )

    describeKind('a dry run tells what would be, and leaves the pods', async () => {
      for (const dry of [
        await merge({ spec: { replicas: 0 } }, '?dryRun=All'),
        await patch([{ op: 'replace', path: '/spec/replicas', value: 0 }], '?dryRun=All'),
      ]) {
        expect(dry.status).toBe(200)
        expect(dry.json).toMatchObject({ kind: 'Scale', spec: {}, status: { replicas: 2 } })
      }
      expect(metaOf(await api().expect('GET', path)).generation).toBe(1)
      expect(await pods()).toBe(2)
    })

    describeKind('fewer than none is 422', async () => {
      const { status, json } = await merge({ spec: { replicas: -1 } })
      expect(status).toBe(422)
      expect(json).toMatchObject({
        reason: 'Invalid',
        details: { name, group: 'autoscaling', kind: 'Scale', causes: [{ field: 'spec.replicas' }] },
      })
    })
  }

  beforeEach(async () => expect(await pods()).toBe(0))
  afterEach(async () => {
    for (const { plural } of kinds) await remove(session().breakGlass, `${apps}/${plural}/${name}`)
    await until('no pods of the test', patience, async () => (await pods()) === 0)
  })

  it('what a Deployment keeps is set back when its ReplicaSet is scaled by hand', async () => {
    const { ordinary, breakGlass } = session()
    await ordinary.expect('POST', `${apps}/deployments`, {
      body: workload('Deployment', name, { replicas: 2 }),
    })
    await until('two pods', patience, async () => (await pods()) === 2)
    const { items } = await ordinary.expect('GET', `${apps}/replicasets?labelSelector=app%3D${name}`)
    const [replicaSet] = items as { metadata: { name: string } }[]
    const path = `${apps}/replicasets/${replicaSet?.metadata.name}`
    const body = { spec: { replicas: 0 } }
    await breakGlass.expect('PATCH', `${path}/scale`, { body, contentType: mergePatch })
    await until('the Deployment to have its way', patience, async () => {
      const { spec, status } = (await ordinary.expect('GET', path)) as Record<string, Record<string, number>>
      return spec?.replicas === 2 && status?.readyReplicas === 2
    })
  })
}
