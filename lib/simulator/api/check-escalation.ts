import type { SimulatedCluster } from '../fleet/cluster'
import { asArray, asObject, asString } from '../objects/json'
import type { JsonObject, KubeObject, ResourceType } from '../objects/types'
import type { Attributes } from './authorize'
import { qualified, StatusError } from './status'
import type { Identity } from './types'

const GROUP = 'rbac.authorization.k8s.io'

/**
 * Nobody may grant what he does not hold, unless he may `bind` the role, or `escalate` when he writes one
 * (k8s.io/kubernetes/pkg/registry/rbac).
 * @throws {StatusError} 403
 */
export function checkEscalation(
  cluster: SimulatedCluster,
  type: ResourceType,
  object: KubeObject,
  identity: Identity,
): void {
  if (type.group !== GROUP) return
  const { namespace } = object.metadata
  const may = (verb: string, resource: string, name: string) =>
    cluster.authorizer.allows(identity, {
      isResource: true,
      verb,
      group: GROUP,
      resource,
      subresource: '',
      namespace,
      name,
      path: '',
    })
  let rules: JsonObject[]
  if (type.kind.endsWith('Binding')) {
    const { kind, name } = asObject(object.roleRef)
    const resource = kind === 'Role' ? 'roles' : 'clusterroles'
    if (may('bind', resource, asString(name))) return
    const role = cluster.store.get(
      `${resource}.${GROUP}`,
      kind === 'Role' ? namespace : undefined,
      asString(name),
    )
    rules = asArray(role?.rules).map(asObject)
  } else {
    if (may('escalate', type.plural, object.metadata.name)) return
    rules = asArray(object.rules).map(asObject)
  }
  const lacking = rules.filter(rule => !holds(cluster, identity, rule, namespace))
  if (lacking.length > 0) throw grantsTooMuch(type, object, identity, lacking)
}

/** Whether somebody holds every right that a rule gives. */
function holds(
  cluster: SimulatedCluster,
  identity: Identity,
  rule: JsonObject,
  namespace: string | undefined,
): boolean {
  const list = (key: string) => asArray(rule[key]).map(asString)
  const ask = (attributes: Partial<Attributes>) =>
    cluster.authorizer.allows(identity, {
      isResource: true,
      verb: '',
      group: '',
      resource: '',
      subresource: '',
      namespace,
      path: '',
      ...attributes,
    })
  return list('verbs').every(verb => {
    if (rule.nonResourceURLs)
      return list('nonResourceURLs').every(path => ask({ isResource: false, verb, path }))
    const names = rule.resourceNames ? list('resourceNames') : [undefined]
    return list('apiGroups').every(group =>
      list('resources').every(full => {
        const [resource = '', subresource = ''] = full.split('/')
        return names.every(name => ask({ verb, group, resource, subresource, name }))
      }),
    )
  })
}

function grantsTooMuch(
  type: ResourceType,
  object: KubeObject,
  identity: Identity,
  rules: JsonObject[],
): StatusError {
  const { name } = object.metadata
  const list = (values: readonly unknown[]) => values.map(value => JSON.stringify(value)).join(' ')
  const lines = rules.map(
    rule =>
      `{APIGroups:[${list(asArray(rule.apiGroups))}], Resources:[${list(asArray(rule.resources))}], Verbs:[${list(asArray(rule.verbs))}]}`,
  )
  const message =
    `${qualified(type.group, type.plural)} "${name}" is forbidden: user "${identity.user}" (groups=[${list(identity.groups)}]) ` +
    `is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`
  return new StatusError(403, message, 'Forbidden', { name, group: type.group, kind: type.plural })
}
