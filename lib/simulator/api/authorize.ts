import { asArray, asObject, asString } from '../objects/json'
import type { ObjectStore } from '../objects/object-store'
import type { JsonObject, KubeObject } from '../objects/types'
import type { Identity, RequestInfo } from './types'

const GROUP = 'rbac.authorization.k8s.io'
const KINDS = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'].map(
  plural => `${plural}.${GROUP}`,
)
const CACHE_LIMIT = 200

/** What authorization is asked. */
export type Attributes = Pick<
  RequestInfo,
  'isResource' | 'verb' | 'group' | 'resource' | 'subresource' | 'namespace' | 'name' | 'path'
>

interface Rights {
  everywhere: JsonObject[]
  byNamespace: Map<string, JsonObject[]>
}

/** Role-based access control over the stored roles and bindings (k8s.io/kubernetes/pkg/registry/rbac/validation). */
export class Authorizer {
  readonly #rights = new Map<string, Rights>()
  #changes = -1

  constructor(private readonly store: ObjectStore) {}

  allows(identity: Identity, attributes: Attributes): boolean {
    if (identity.groups.includes('system:masters')) return true
    const { everywhere, byNamespace } = this.#rightsOf(identity)
    if (everywhere.some(rule => covers(rule, attributes))) return true
    const local = attributes.namespace === undefined ? undefined : byNamespace.get(attributes.namespace)
    return local?.some(rule => covers(rule, attributes)) ?? false
  }

  #rightsOf(identity: Identity): Rights {
    const changes = KINDS.reduce((sum, id) => sum + this.store.changesOf(id), 0)
    if (changes !== this.#changes || this.#rights.size > CACHE_LIMIT) {
      this.#changes = changes
      this.#rights.clear()
    }
    const key = `${identity.user}\n${identity.groups.join('\n')}`
    const rights = this.#rights.get(key) ?? this.#collect(identity)
    this.#rights.set(key, rights)
    return rights
  }

  #collect(identity: Identity): Rights {
    const everywhere = this.#bound(`clusterrolebindings.${GROUP}`, identity).flatMap(binding =>
      this.#rulesOf(binding),
    )
    const byNamespace = new Map<string, JsonObject[]>()
    for (const binding of this.#bound(`rolebindings.${GROUP}`, identity)) {
      const namespace = binding.metadata.namespace ?? ''
      byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), ...this.#rulesOf(binding)])
    }
    return { everywhere, byNamespace }
  }

  #bound(typeId: string, identity: Identity): KubeObject[] {
    return this.store.list(typeId).filter(binding => {
      const own = binding.metadata.namespace
      return asArray(binding.subjects).some(subject => isSubject(asObject(subject), identity, own))
    })
  }

  #rulesOf(binding: KubeObject): JsonObject[] {
    const { kind, name } = asObject(binding.roleRef)
    const role =
      kind === 'Role'
        ? this.store.get(`roles.${GROUP}`, binding.metadata.namespace, asString(name))
        : this.store.get(`clusterroles.${GROUP}`, undefined, asString(name))
    return asArray(role?.rules).map(asObject)
  }
}

function isSubject(subject: JsonObject, identity: Identity, bindingNamespace: string | undefined): boolean {
  if (subject.kind === 'User') return subject.name === identity.user
  if (subject.kind === 'Group') return identity.groups.includes(asString(subject.name))
  const namespace = asString(subject.namespace) || bindingNamespace
  return identity.user === `system:serviceaccount:${namespace}:${asString(subject.name)}`
}

function covers(rule: JsonObject, asked: Attributes): boolean {
  if (!has(rule.verbs, asked.verb)) return false
  if (!asked.isResource) {
    return asArray(rule.nonResourceURLs).some(pattern => {
      const url = asString(pattern)
      return (
        url === '*' || url === asked.path || (url.endsWith('*') && asked.path.startsWith(url.slice(0, -1)))
      )
    })
  }
  if (!has(rule.apiGroups, asked.group)) return false
  const { resource, subresource } = asked
  const named = subresource
    ? has(rule.resources, `${resource}/${subresource}`) ||
      asArray(rule.resources).includes(`*/${subresource}`)
    : has(rule.resources, resource)
  if (!named) return false
  const names = asArray(rule.resourceNames)
  return names.length === 0 || (asked.name !== undefined && names.includes(asked.name))
}

function has(values: unknown, wanted: string): boolean {
  return Array.isArray(values) && (values.includes('*') || values.includes(wanted))
}
