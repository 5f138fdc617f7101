import { afterEach, beforeEach, expect } from 'vitest'
import type { Reply } from '../controlplane/api'
import { until } from '../controlplane/seed'
import { daemonSet, daemonSets, jsonPatch, metaOf, podsOf, remove, type Session } from './session'
import type { Assert } from './target'

const name = 'contract-footprint'
const path = `${daemonSets}/${name}`
const patience = 45_000
const selector = '/spec/template/spec/nodeSelector'
const affinity = '/spec/template/spec/affinity'
const nowhere = { 'example.com/nowhere': 'true' }

const onNodes = (nodeSelectorTerms: object[]) => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
})
const byName = (values: string[]) => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values }] })

/** A DaemonSet that is made to run on fewer nodes, and back. */
export function specifyFootprint(session: () => Session, it: Assert): void {
  let uid = ''
  const change = (operations: object[], query = ''): Promise<Reply> =>
    session().ordinary.request('PATCH', `${path}${query}`, {
      contentType: jsonPatch,
      body: [{ op: 'test', path: '/metadata/uid', value: uid }, ...operations],
    })
  const status = async () => {
    const object = await session().ordinary.expect('GET', path)
    const numbers: Record<string, unknown> = { ...(object.status as object), ...metaOf(object) }
    return numbers
  }
  const settled = (nodes: number, generation: number) =>
    until(`${nodes} pods of generation ${generation}`, patience, async () => {
      const now = await status()
      const done = now.observedGeneration === generation && now.desiredNumberScheduled === nodes
      const updated = (now.updatedNumberScheduled ?? 0) === nodes && now.numberReady === nodes
      return done && updated && now.currentNumberScheduled === nodes && now.numberMisscheduled === 0
    })
  const nodesWithPods = async () => {
    const { items } = await session().ordinary.expect('GET', podsOf(name))
    return (items as { spec: { nodeName: string } }[]).map(({ spec }) => spec.nodeName).sort()
  }
  const firstNodes = async (count: number) => {
    const { items } = await session().ordinary.expect('GET', `/api/v1/nodes?limit=${count}`)
    return (items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name).sort()
  }

  beforeEach(async () => {
    const object = daemonSet(name)
    const spec = { ...(object.spec as object), updateStrategy: { rollingUpdate: { maxUnavailable: '100%' } } }
    uid = metaOf(await session().ordinary.expect('POST', daemonSets, { body: { ...object, spec } })).uid
    await settled(session().nodes, 1)
  })
  afterEach(async () => {
    await remove(session().breakGlass, path)
    await until('no pods of the test', patience, async () => (await nodesWithPods()).length === 0)
  })

  it('a selector that fits no node takes its pods away, and without it they come back', async () => {
    const { nodes } = session()
    const patched = await change([{ op: 'add', path: selector, value: nowhere }])
    expect(patched.status, patched.text).toBe(200)
    expect(metaOf(patched)).toMatchObject({
      generation: 2,
      annotations: { 'deprecated.daemonset.template.generation': '2' },
    })
    await settled(0, 2)
    expect(await nodesWithPods()).toEqual([])
    const back = await change([
      { op: 'test', path: selector, value: nowhere },
      { op: 'remove', path: selector },
    ])
    expect(metaOf(back).generation).toBe(3)
    await settled(nodes, 3)
    expect(new Set(await nodesWithPods()).size).toBe(nodes)
  })

  it('one term a name keeps it on the nodes that are named', async () => {
    const names = await firstNodes(2)
    const value = onNodes(names.map(each => byName([each])))
    expect((await change([{ op: 'add', path: affinity, value }])).status).toBe(200)
    await settled(2, 2)
    expect(await nodesWithPods()).toEqual(names)
  })

  it('several names in one term are 422', async () => {
    const { status: code, json } = await change([
      { op: 'add', path: affinity, value: onNodes([byName(await firstNodes(2))]) },
    ])
    expect(code).toBe(422)
    const required =
      'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]'
    expect(json.reason).toBe('Invalid')
    const { causes } = json.details as { causes: { reason: string; field: string }[] }
    // 1.28 tells it twice.
    expect(causes[0]).toMatchObject({
      reason: 'FieldValueRequired',
      field: `spec.template.spec.${required}.matchFields[0].values`,
    })
  })

  it('expressions on labels of nodes are heeded, and a term without any fits no node', async () => {
    const { nodes } = session()
    const [first = ''] = await firstNodes(1)
    const about = (operator: string) => ({
      matchExpressions: [{ key: 'kubernetes.io/hostname', operator, values: [first] }],
    })
    await change([{ op: 'add', path: affinity, value: onNodes([about('NotIn')]) }])
    await settled(nodes - 1, 2)
    expect(await nodesWithPods()).not.toContain(first)
    await change([{ op: 'replace', path: affinity, value: onNodes([about('In'), {}]) }])
    await settled(1, 3)
    expect(await nodesWithPods()).toEqual([first])
  })

  it('a dry run tells the generation that would be, and moves nothing', async () => {
    const dry = await change([{ op: 'add', path: selector, value: nowhere }], '?dryRun=All')
    expect(dry.status).toBe(200)
    expect(metaOf(dry).generation).toBe(2)
    expect(await status()).toMatchObject({
      generation: 1,
      observedGeneration: 1,
      desiredNumberScheduled: session().nodes,
    })
  })
}
