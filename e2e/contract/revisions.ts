import { afterEach, expect } from 'vitest'
import type { JsonObject } from '../controlplane/api'
import { until } from '../controlplane/seed'
import { apps, jsonPatch, metaOf, podsOf, remove, type Session, workload } from './session'
import type { Assert } from './target'

const name = 'contract-revisions'
const patience = 45_000
const REVISION = 'deployment.kubernetes.io/revision'

interface Template {
  metadata: { labels: Record<string, string> }
  spec: { containers: { image: string }[] }
}

/** One revision, wherever its kind keeps it. */
interface Revision {
  number: number
  template: Template
  object: JsonObject
}

interface Kind {
  kind: string
  plural: string
  spec: JsonObject
  /** What keeps its revisions, and the label that tells them apart. */
  history: 'controllerrevisions' | 'replicasets'
  hashLabel: string
  /** Label of its pods with the same value. */
  podLabel: string
}

const everywhere = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%' } }
const kinds: Kind[] = [
  {
    kind: 'DaemonSet',
    plural: 'daemonsets',
    spec: { updateStrategy: everywhere },
    history: 'controllerrevisions',
    hashLabel: 'controller-revision-hash',
    podLabel: 'controller-revision-hash',
  },
  {
    kind: 'StatefulSet',
    plural: 'statefulsets',
    spec: { replicas: 2, serviceName: name, podManagementPolicy: 'Parallel' },
    history: 'controllerrevisions',
    hashLabel: 'controller.kubernetes.io/hash',
    podLabel: 'app',
  },
  {
    kind: 'Deployment',
    plural: 'deployments',
    spec: { replicas: 2 },
    history: 'replicasets',
    hashLabel: 'pod-template-hash',
    podLabel: 'pod-template-hash',
  },
]

/** What is kept of a workload's earlier templates, and a roll-back to one of them. */
export function specifyRevisions(session: () => Session, it: Assert): void {
  afterEach(async () => {
    for (const { plural } of kinds) await remove(session().breakGlass, `${apps}/${plural}/${name}`)
    await until('no pods of the test', patience, async () => {
      const { items } = await session().ordinary.expect('GET', podsOf(name))
      return (items as unknown[]).length === 0
    })
  })

  for (const kind of kinds) {
    const path = `${apps}/${kind.plural}/${name}`

    const revisions = async (uid: string): Promise<Revision[]> => {
      const { items } = await session().ordinary.expect(
        'GET',
        `${apps}/${kind.history}?labelSelector=app%3D${name}`,
      )
      return (items as JsonObject[])
        .filter(item => ownersOf(item).some(owner => owner.uid === uid))
        .map(readRevision)
        .sort((a, b) => a.number - b.number)
    }
    const numbered = async (uid: string, wanted: number[]): Promise<Revision[]> => {
      let found: Revision[] = []
      await until(`revisions ${wanted}`, patience, async () => {
        found = await revisions(uid)
        return found.map(({ number }) => number).join() === wanted.join()
      })
      return found
    }
    const create = async () => {
      const body = workload(kind.kind, name, kind.spec)
      const made = await session().ordinary.expect('POST', `${apps}/${kind.plural}`, { body })
      return metaOf(made).uid
    }
    const patch = (uid: string, ...operations: object[]) =>
      session().ordinary.request('PATCH', path, {
        contentType: jsonPatch,
        body: [{ op: 'test', path: '/metadata/uid', value: uid }, ...operations],
      })
    const update = async (uid: string) => {
      const image = '/spec/template/spec/containers/0/image'
      const done = await patch(uid, { op: 'replace', path: image, value: 'registry.example/contract:2' })
      expect(metaOf(done).generation).toBe(2)
    }

    it(`a ${kind.kind} has its template kept as revision 1 under its own uid`, async () => {
      const uid = await create()
      const [first] = await numbered(uid, [1])
      const owner = {
        apiVersion: 'apps/v1',
        kind: kind.kind,
        name,
        uid,
        controller: true,
        blockOwnerDeletion: true,
      }
      expect(ownersOf(first?.object ?? {})).toEqual([owner])
      expect(metaOf(first?.object ?? {}).labels).toMatchObject({
        app: name,
        [kind.hashLabel]: expect.stringMatching(/^[a-z0-9]+$/),
      })
      expect(first?.template.spec.containers[0]?.image).toBe('registry.example/contract:1')
      expect(first?.template).toMatchObject({
        metadata: { labels: { app: name } },
        ...(kind.history === 'controllerrevisions' ? { $patch: 'replace' } : {}),
      })
    })

    it(`a ${kind.kind} with another template has a second revision, and keeps the first`, async () => {
      const uid = await create()
      await numbered(uid, [1])
      await update(uid)
      const all = await numbered(uid, [1, 2])
      expect(all.map(({ template }) => template.spec.containers[0]?.image)).toEqual([
        'registry.example/contract:1',
        'registry.example/contract:2',
      ])
    })

    it(`a ${kind.kind} rolled back has its first template as revision 3, and no more revisions than before`, async () => {
      const { ordinary } = session()
      const uid = await create()
      await numbered(uid, [1])
      await update(uid)
      const [first] = await numbered(uid, [1, 2])
      const now = (await ordinary.expect('GET', path)).spec as { template: Template }
      const back = await patch(
        uid,
        { op: 'test', path: '/spec/template', value: now.template },
        { op: 'replace', path: '/spec/template', value: plain(first?.template) },
      )
      expect(back.status, back.text).toBe(200)
      expect(metaOf(back).generation).toBe(3)
      const [, last] = await numbered(uid, [2, 3])
      expect(metaOf(last?.object ?? {}).name).toBe(metaOf(first?.object ?? {}).name)
      const labels = metaOf(last?.object ?? {}).labels as Record<string, string>
      await until('pods of the first template alone', patience, async () => {
        const { items } = await ordinary.expect('GET', podsOf(name))
        const pods = items as { metadata: { labels: Record<string, string> }; spec: Template['spec'] }[]
        const isFirst = (pod: (typeof pods)[number]) =>
          pod.metadata.labels[kind.podLabel] === labels[kind.podLabel] &&
          pod.spec.containers[0]?.image === 'registry.example/contract:1'
        return pods.length > 0 && pods.every(isFirst)
      })
      if (kind.kind !== 'Deployment') return
      const deployment = metaOf(await ordinary.expect('GET', path))
      expect(deployment.annotations).toMatchObject({ [REVISION]: '3' })
      const [old] = await revisions(uid)
      expect(old?.object.spec).toMatchObject({ replicas: 0 })
    })
  }
}

function ownersOf(object: JsonObject): { uid?: string }[] {
  return (object.metadata as { ownerReferences?: { uid: string }[] } | undefined)?.ownerReferences ?? []
}

function readRevision(object: JsonObject): Revision {
  const { annotations } = metaOf(object) as { annotations?: Record<string, string> }
  const data = object.data as { spec: { template: Template } } | undefined
  return {
    object,
    number: Number(object.revision ?? annotations?.[REVISION]),
    template: data?.spec.template ?? (object.spec as { template: Template }).template,
  }
}

/** The template as its owner had it. */
function plain(template: (Template & { $patch?: string }) | undefined): unknown {
  const { $patch: _directive, ...rest } = structuredClone(template ?? ({} as Template & { $patch?: string }))
  delete rest.metadata.labels['pod-template-hash']
  return rest
}
