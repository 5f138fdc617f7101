import { asArray, asObject, asString, asStringMap } from './json'
import type { Json, JsonObject } from './types'
import { type NodeSource, nodeLabels, nodeName } from './virtual-nodes'

type Source = Pick<NodeSource, 'cluster' | 'region' | 'nodes' | 'changes'>
type NodeTest = (index: number, labels: () => Record<string, string>) => boolean

/**
 * Indexes of the nodes that a pod template may run on, ascending, by `nodeSelector` and required node affinity; undefined =
 * every node. Looks at each node: ask when a template is new, not when it is read.
 */
export function eligibleNodes(source: Source, podSpec: JsonObject): readonly number[] | undefined {
  const selector = Object.entries(asStringMap(podSpec.nodeSelector))
  const affinity = asObject(asObject(podSpec.affinity).nodeAffinity)
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution
  const terms = asArray(asObject(required).nodeSelectorTerms).map(term => testOf(source, asObject(term)))
  if (selector.length === 0 && terms.length === 0) return undefined
  const eligible: number[] = []
  for (let i = 0; i < source.nodes; i++) {
    let known: Record<string, string> | undefined
    const labels = () => {
      known ??= nodeLabels(source, i)
      return known
    }
    if (!selector.every(([key, value]) => labels()[key] === value)) continue
    if (terms.length === 0 || terms.some(term => term(i, labels))) eligible.push(i)
  }
  return eligible
}

/** A term with no requirement fits no node (k8s.io/component-helpers/scheduling/corev1/nodeaffinity). */
function testOf(source: Source, term: JsonObject): NodeTest {
  const expressions = asArray(term.matchExpressions)
  const fields = asArray(term.matchFields).map(asObject)
  if (expressions.length === 0 && fields.length === 0) return () => false
  return (index, labels) =>
    fields.every(field => fieldHolds(field, nodeName(source.cluster, index))) &&
    expressions.every(expression => holds(expression, labels()))
}

/** `metadata.name` is the only field there is. */
function fieldHolds({ key, operator, values }: JsonObject, name: string): boolean {
  if (key !== 'metadata.name') return false
  return asArray(values).includes(name) === (operator === 'In')
}

function holds(expression: Json, labels: Record<string, string>): boolean {
  const { key, operator, values } = asObject(expression)
  const label = labels[asString(key)]
  const listed = label !== undefined && asArray(values).includes(label)
  switch (operator) {
    case 'In':
      return listed
    case 'NotIn':
      return !listed
    case 'Exists':
      return label !== undefined
    case 'DoesNotExist':
      return label === undefined
    default: {
      const [than, own] = [Number(asArray(values)[0]), Number(label)]
      if (!Number.isInteger(than) || !Number.isInteger(own)) return false
      return operator === 'Gt' ? own > than : operator === 'Lt' && own < than
    }
  }
}
