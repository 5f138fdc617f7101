import { asArray, asObject, asString } from '../objects/json'
import type { ObjectStore } from '../objects/object-store'
import type { JsonObject, KubeObject } from '../objects/types'
import type { Identity, RequestInfo } from './types'

const SCHEMAS = 'flowschemas.flowcontrol.apiserver.k8s.io'
const LEVELS = 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io'

/** Where priority and fairness puts a request. */
export interface FlowMatch {
  schema: KubeObject
  level: KubeObject
  /** The response headers that prove it. */
  headers: Record<string, string>
}

interface Candidate extends FlowMatch {
  rules: JsonObject[]
}

/** Requests are matched against FlowSchemas by matchingPrecedence, then by name; schemas without a level are skipped. */
export class FlowControl {
  #candidates: Candidate[] = []
  #changes = -1

  constructor(private readonly store: ObjectStore) {}

  classify(identity: Identity, info: RequestInfo): FlowMatch | undefined {
    return this.#sorted().find(({ rules }) => rules.some(rule => matches(rule, identity, info)))
  }

  #sorted(): Candidate[] {
    const changes = this.store.changesOf(SCHEMAS) + this.store.changesOf(LEVELS)
    if (changes === this.#changes) return this.#candidates
    this.#changes = changes
    this.#candidates = this.store
      .list(SCHEMAS)
      .flatMap((schema): Candidate[] => {
        const spec = asObject(schema.spec)
        const level = this.store.get(
          LEVELS,
          undefined,
          asString(asObject(spec.priorityLevelConfiguration).name),
        )
        if (!level) return []
        const headers = {
          'x-kubernetes-pf-flowschema-uid': schema.metadata.uid,
          'x-kubernetes-pf-prioritylevel-uid': level.metadata.uid,
        }
        return [{ schema, level, headers, rules: asArray(spec.rules).map(asObject) }]
      })
      .sort(
        (a, b) =>
          precedence(a.schema) - precedence(b.schema) ||
          (a.schema.metadata.name < b.schema.metadata.name ? -1 : 1),
      )
    return this.#candidates
  }
}

function precedence(schema: KubeObject): number {
  const given = asObject(schema.spec).matchingPrecedence
  return typeof given === 'number' ? given : 1000
}

function matches(rule: JsonObject, identity: Identity, info: RequestInfo): boolean {
  if (!asArray(rule.subjects).some(subject => matchesSubject(asObject(subject), identity))) return false
  if (!info.isResource) {
    return asArray(rule.nonResourceRules).some(given => {
      const { verbs, nonResourceURLs } = asObject(given)
      return (
        has(verbs, info.verb) && asArray(nonResourceURLs).some(url => matchesPath(asString(url), info.path))
      )
    })
  }
  return asArray(rule.resourceRules).some(given => {
    const { verbs, apiGroups, resources, namespaces, clusterScope } = asObject(given)
    if (!has(verbs, info.verb) || !has(apiGroups, info.group)) return false
    const resource = info.subresource ? `${info.resource}/${info.subresource}` : info.resource
    if (!has(resources, resource)) return false
    return info.namespace === undefined ? clusterScope === true : has(namespaces, info.namespace)
  })
}

function matchesSubject(subject: JsonObject, identity: Identity): boolean {
  if (subject.kind === 'User') {
    const name = asString(asObject(subject.user).name)
    return name === '*' || name === identity.user
  }
  if (subject.kind === 'Group') {
    const name = asString(asObject(subject.group).name)
    return name === '*' || identity.groups.includes(name)
  }
  const { namespace, name } = asObject(subject.serviceAccount)
  const prefix = `system:serviceaccount:${asString(namespace)}:`
  return name === '*' ? identity.user.startsWith(prefix) : identity.user === prefix + asString(name)
}

function has(values: unknown, wanted: string): boolean {
  return Array.isArray(values) && (values.includes('*') || values.includes(wanted))
}

function matchesPath(pattern: string, path: string): boolean {
  return (
    pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)))
  )
}
