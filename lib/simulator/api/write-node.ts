import type { SimulatedCluster } from '../fleet/cluster'
import { asArray, asObject, asString, asStringMap } from '../objects/json'
import type { NodeChange } from '../objects/node-change'
import type { JsonObject, KubeObject, ResourceType } from '../objects/types'
import { nodeAt, nodeIndex } from '../objects/virtual-nodes'
import { sameJson } from './patch'
import { readDryRun } from './read-body'
import { objectAnswer } from './read-objects'
import { modifiedMeanwhile, notFound } from './status'
import type { ApiAnswer, ApiRequest, RequestInfo } from './types'

/** Taints that the node lifecycle controller puts and takes by itself. */
const OF_THE_CONTROLLER = new Set(['node.kubernetes.io/unschedulable', 'node.kubernetes.io/unreachable'])

/**
 * A patch or update of a Node, which is computed: of what is written, labels, annotations, taints and
 * `spec.unschedulable` are kept; all else stays what the model says.
 * @throws {StatusError} 404, 409
 */
export function writeNode(
  cluster: SimulatedCluster,
  info: RequestInfo,
  type: ResourceType,
  request: ApiRequest,
  make: (before: KubeObject) => JsonObject,
): ApiAnswer {
  const dryRun = readDryRun(info, request, type)
  const source = cluster.nodeSource()
  const name = info.name ?? ''
  const index = nodeIndex(source, name)
  if (index < 0) throw notFound('', type.plural, name)
  const before = nodeAt(source, index)
  const made = make(before)
  const given = asObject(made.metadata)
  const isOther = (key: 'uid' | 'resourceVersion') =>
    asString(given[key]) !== '' && given[key] !== before.metadata[key]
  if (isOther('uid') || isOther('resourceVersion')) throw modifiedMeanwhile('', type.plural, name)

  const known = cluster.nodes.byIndex.get(index)
  const after = changeFrom(made, known?.cordonedAt, source.revision + 1)
  const isSame = sameJson(factsOf(changeFrom(before, known?.cordonedAt, 0)), factsOf(after))
  if (!isSame && !dryRun) cluster.nodes.put(index, after)
  const shown = isSame ? before : nodeAt({ ...source, changes: oneChange(index, after) }, index)
  return objectAnswer(200, shown, request.headers.accept ?? '')
}

function changeFrom(node: JsonObject, cordonedAt: number | undefined, revision: number): NodeChange {
  const metadata = asObject(node.metadata)
  const spec = asObject(node.spec)
  const taints = asArray(spec.taints).map(asObject)
  return {
    labels: asStringMap(metadata.labels),
    annotations: asStringMap(metadata.annotations),
    unschedulable: spec.unschedulable === true,
    taints: taints.filter(({ key }) => !OF_THE_CONTROLLER.has(asString(key))),
    revision,
    cordonedAt,
  }
}

function factsOf({ labels, annotations, unschedulable, taints }: NodeChange): JsonObject {
  return { labels, annotations, unschedulable, taints }
}

const oneChange = (index: number, change: NodeChange) => ({ byIndex: new Map([[index, change]]), writes: 0 })
