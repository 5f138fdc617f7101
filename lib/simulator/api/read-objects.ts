import type { SimulatedCluster } from '../fleet/cluster'
import { podGroups } from '../fleet/pod-groups'
import {
  parseFieldSelector,
  parseLabelSelector,
  type Selector,
  SelectorError,
} from '../objects/label-selector'
import type { Json, KubeObject, ObjectMeta, ResourceType } from '../objects/types'
import { nodeAt, nodeIndex, nodeLabels, nodeName } from '../objects/virtual-nodes'
import { podAt, podFields, podIndex } from '../objects/virtual-pods'
import { openContinue, sealContinue } from './continue-token'
import { apiVersionOf, toApiVersion } from './convert'
import { badRequest, jsonAnswer, notFound } from './status'
import type { ApiAnswer, RequestInfo } from './types'

/** Pieces of a long list hold this many objects. */
const PIECE = 500
const META_FIELDS = ['metadata.name', 'metadata.namespace']
const NODE_FIELDS = [...META_FIELDS, 'spec.unschedulable']
const POD_FIELDS = [...META_FIELDS, 'spec.nodeName', 'status.phase']

/** Something that can be listed without being made: its labels and fields are known before its body. */
interface Entry {
  labels: Record<string, string>
  fields: () => Record<string, string>
  object: () => KubeObject
}

export function findObject(
  cluster: SimulatedCluster,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
): KubeObject | undefined {
  if (type.id === 'nodes') {
    const source = cluster.nodeSource()
    const index = nodeIndex(source, name)
    return index < 0 ? undefined : nodeAt(source, index)
  }
  if (type.id === 'pods') {
    const context = cluster.podContext()
    for (const group of podGroups(cluster, namespace)) {
      if (!name.startsWith(group.prefix)) continue
      const index = podIndex(group, name)
      if (index >= 0) return podAt(group, context, index)
    }
    return undefined
  }
  const found = cluster.store.get(type.id, type.namespaced ? namespace : undefined, name)
  return found && cluster.present(found)
}

const texts = new WeakMap<KubeObject, string>()

/** JSON of a stored object, made once. */
function textOf(object: KubeObject): string {
  const text = texts.get(object) ?? JSON.stringify(object)
  texts.set(object, text)
  return text
}

const itemTexts = new WeakMap<KubeObject, string>()

/** Items of a list say nothing of their kind: the list does. */
function itemText(object: KubeObject): string {
  const known = itemTexts.get(object)
  if (known !== undefined) return known
  const { kind: _kind, apiVersion: _apiVersion, ...item } = object
  const text = JSON.stringify(item)
  itemTexts.set(object, text)
  return text
}

export function getObject(
  cluster: SimulatedCluster,
  info: RequestInfo,
  type: ResourceType,
  accept: string,
): ApiAnswer {
  const name = info.name ?? ''
  const found = findObject(cluster, type, info.namespace, name)
  if (!found) throw notFound(info.group, info.resource, name)
  return objectAnswer(200, toApiVersion(found, apiVersionOf(info.group, info.version)), accept)
}

/** One object, whole or as its metadata only. */
export function objectAnswer(status: number, object: KubeObject, accept: string): ApiAnswer {
  if (isPartial(accept)) return jsonAnswer(status, partial(object))
  return { status, headers: { 'content-type': 'application/json' }, body: textOf(object) }
}

function isPartial(accept: string): boolean {
  return accept.includes('as=PartialObjectMetadata')
}

const partialTexts = new WeakMap<KubeObject, string>()

function partialText(object: KubeObject): string {
  const text = partialTexts.get(object) ?? JSON.stringify(partial(object))
  partialTexts.set(object, text)
  return text
}

function partial({ metadata }: KubeObject): { [key: string]: Json } {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: metadata as Json }
}

export function listObjects(
  cluster: SimulatedCluster,
  info: RequestInfo,
  type: ResourceType,
  accept: string,
): ApiAnswer {
  const limit = readLimit(info.query.get('limit'))
  const { labels, fields, selects } = readSelectors(info, type)
  const revision = cluster.store.revision()
  const token = openContinue(info.query.get('continue'), cluster.now())
  const listRevision = token?.revision ?? revision
  const asPartial = isPartial(accept)
  const apiVersion = apiVersionOf(info.group, info.version)
  const write = (entry: Entry): string => {
    const object = toApiVersion(entry.object(), apiVersion)
    return asPartial ? partialText(object) : itemText(object)
  }
  const { total, entries } = entriesOf(cluster, type, info.namespace)
  const head = (metadata: { [key: string]: Json }) => {
    const kind = asPartial ? 'PartialObjectMetadataList' : `${type.kind}List`
    const version = asPartial ? 'meta.k8s.io/v1' : apiVersion
    return `{"kind":"${kind}","apiVersion":"${version}","metadata":${JSON.stringify(metadata)},"items":[`
  }
  const headers = { 'content-type': 'application/json' }
  const matching = (entry: Entry) => labels(entry.labels) && (!selects.fields || fields(entry.fields()))

  if (limit === 0) {
    const all = entries(token?.offset ?? 0)
    const body = pieces(head({ resourceVersion: String(listRevision) }), all, matching, write)
    return { status: 200, headers, body: total > PIECE ? body : [...body].join('') }
  }
  const items: string[] = []
  let next: number | undefined
  let offset = token?.offset ?? 0
  for (const entry of entries(offset)) {
    if (matching(entry)) {
      if (items.length === limit) {
        next = offset
        break
      }
      items.push(write(entry))
    }
    offset++
  }
  const metadata: { [key: string]: Json } = { resourceVersion: String(listRevision) }
  if (next !== undefined) {
    metadata.continue = sealContinue({ revision: listRevision, offset: next, at: cluster.now() })
    if (!selects.labels && !selects.fields) metadata.remainingItemCount = total - next
  }
  return { status: 200, headers, body: `${head(metadata)}${items.join(',')}]}\n` }
}

function* pieces(
  head: string,
  all: Iterable<Entry>,
  matching: (entry: Entry) => boolean,
  write: (entry: Entry) => string,
): Iterable<string> {
  let buffer: string[] = []
  let opened = false
  const flush = (): string => {
    const piece = `${opened ? ',' : head}${buffer.join(',')}`
    opened = true
    buffer = []
    return piece
  }
  for (const entry of all) {
    if (!matching(entry)) continue
    buffer.push(write(entry))
    if (buffer.length >= PIECE) yield flush()
  }
  yield buffer.length > 0 || !opened ? `${flush()}]}\n` : ']}\n'
}

function readLimit(text: string | null): number {
  if (text === null || text === '') return 0
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 0)
    throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`)
  return limit
}

function readSelectors(
  info: RequestInfo,
  type: ResourceType,
): { labels: Selector; fields: Selector; selects: { labels: boolean; fields: boolean } } {
  const labelText = info.query.get('labelSelector')
  const fieldText = info.query.get('fieldSelector')
  try {
    return {
      labels: parseLabelSelector(labelText),
      fields: parseFieldSelector(fieldText, fieldsOf(type)),
      selects: { labels: Boolean(labelText), fields: Boolean(fieldText) },
    }
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message)
    throw error
  }
}

function fieldsOf({ id }: ResourceType): string[] {
  if (id === 'pods') return POD_FIELDS
  return id === 'nodes' ? NODE_FIELDS : META_FIELDS
}

function entriesOf(
  cluster: SimulatedCluster,
  type: ResourceType,
  namespace: string | undefined,
): { total: number; entries: (from: number) => Iterable<Entry> } {
  if (type.id === 'nodes') return nodeEntries(cluster)
  if (type.id === 'pods') return podEntries(cluster, namespace)
  const stored = cluster.store.list(type.id, namespace)
  return {
    total: stored.length,
    *entries(from) {
      for (let i = from; i < stored.length; i++) {
        const object = stored[i]
        if (object)
          yield {
            labels: object.metadata.labels ?? {},
            fields: () => metaFields(object.metadata),
            object: () => cluster.present(object),
          }
      }
    },
  }
}

function metaFields({ name, namespace = '' }: ObjectMeta): Record<string, string> {
  return { 'metadata.name': name, 'metadata.namespace': namespace }
}

function nodeEntries(cluster: SimulatedCluster) {
  const source = cluster.nodeSource()
  return {
    total: source.nodes,
    *entries(from: number): Iterable<Entry> {
      for (let i = from; i < source.nodes; i++) {
        const fields = () => ({
          'metadata.name': nodeName(cluster.id, i),
          'metadata.namespace': '',
          'spec.unschedulable': String(cluster.nodes.byIndex.get(i)?.unschedulable === true),
        })
        yield { labels: nodeLabels(source, i), fields, object: () => nodeAt(source, i) }
      }
    },
  }
}

function podEntries(cluster: SimulatedCluster, namespace: string | undefined) {
  const groups = podGroups(cluster, namespace)
  const context = cluster.podContext()
  return {
    total: groups.reduce((sum, { count }) => sum + count, 0),
    *entries(from: number): Iterable<Entry> {
      let skip = from
      for (const group of groups) {
        for (let i = Math.min(skip, group.count); i < group.count; i++) {
          yield {
            labels: group.labels,
            fields: () => podFields(group, context, i),
            object: () => podAt(group, context, i),
          }
        }
        skip = Math.max(0, skip - group.count)
      }
    },
  }
}

/** Rough size of a list's answer in megabytes of JSON, for the cost of making it. */
export function listMegabytes(cluster: SimulatedCluster, info: RequestInfo): number {
  if (!info.type?.virtual || info.name !== undefined) return 0
  const { model } = cluster
  const limit = Number(info.query.get('limit')) || Number.POSITIVE_INFINITY
  if (info.type.id === 'nodes') return (Math.min(limit, model.nodes) * 10) / 1000
  const all =
    info.namespace === undefined ? model.pods + model.agents : podEntries(cluster, info.namespace).total
  return (Math.min(limit, all) * model.podKilobytes) / 1000
}
