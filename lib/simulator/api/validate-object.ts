import { asArray, asObject, asString, asStringMap } from '../objects/json'
import { allowsZeroShares } from '../objects/resource-table'
import { sharesField } from '../objects/seed-flow-control'
import type { Json, JsonObject, KubeObject, ResourceType } from '../objects/types'
import { sameJson } from './patch'
import { type InvalidField, invalid } from './status'

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

const wrong = (field: string, message: string): InvalidField => ({
  reason: 'FieldValueInvalid',
  message,
  field,
})
const missing = (field: string, message = 'Required value'): InvalidField => ({
  reason: 'FieldValueRequired',
  message,
  field,
})

/** @throws {StatusError} 422, worded as the real server's validation, for what Holdfast's writes could get wrong */
export function validateObject(type: ResourceType, object: KubeObject, before: KubeObject | undefined): void {
  const { name } = object.metadata
  const causes: InvalidField[] = []
  const rbac = type.group === 'rbac.authorization.k8s.io'
  if (!rbac && (!NAME.test(name) || name.length > 253))
    causes.push(wrong('metadata.name', `Invalid value: "${name}": ${SUBDOMAIN}`))
  if (type.group === 'apps' && type.kind !== 'ControllerRevision')
    causes.push(...workloadCauses(object, before))
  if (type.kind === 'FlowSchema') causes.push(...flowSchemaCauses(object))
  if (type.kind === 'ClusterRoleBinding' || type.kind === 'RoleBinding')
    causes.push(...bindingCauses(object, before))
  if (causes.length > 0) throw invalid(type.group, type.kind, name, causes)
}

function workloadCauses(object: KubeObject, before: KubeObject | undefined): InvalidField[] {
  const spec = asObject(object.spec)
  const causes: InvalidField[] = []
  if (spec.replicas !== undefined && !isCount(spec.replicas)) {
    causes.push(
      wrong(
        'spec.replicas',
        `Invalid value: ${JSON.stringify(spec.replicas)}: must be greater than or equal to 0`,
      ),
    )
  }
  const selector = asStringMap(asObject(spec.selector).matchLabels)
  const template = asObject(spec.template)
  const labels = asStringMap(asObject(template.metadata).labels)
  if (spec.selector === undefined) causes.push(missing('spec.selector'))
  else if (Object.entries(selector).some(([key, value]) => labels[key] !== value)) {
    causes.push(
      wrong(
        'spec.template.metadata.labels',
        `Invalid value: ${goMap(labels)}: \`selector\` does not match template \`labels\``,
      ),
    )
  }
  if (asArray(asObject(template.spec).containers).length === 0)
    causes.push(missing('spec.template.spec.containers'))
  causes.push(...affinityCauses(asObject(template.spec)))
  if (before && !sameJson(asObject(before.spec).selector, spec.selector)) {
    causes.push(wrong('spec.selector', `Invalid value: ${JSON.stringify(spec.selector)}: field is immutable`))
  }
  return causes
}

/** One name a requirement: several nodes take several terms (k8s.io/kubernetes/pkg/apis/core/validation). */
function affinityCauses(podSpec: JsonObject): InvalidField[] {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution'
  const selector = asObject(asObject(asObject(podSpec.affinity).nodeAffinity)[required])
  if (selector.nodeSelectorTerms === undefined) return []
  const path = `spec.template.spec.affinity.nodeAffinity.${required}.nodeSelectorTerms`
  const terms = asArray(selector.nodeSelectorTerms)
  if (terms.length === 0) return [missing(path, 'Required value: must have at least one node selector term')]
  return terms.flatMap((term, i) =>
    asArray(asObject(term).matchFields).flatMap((field, j) => {
      if (asArray(asObject(field).values).length === 1) return []
      const message =
        "Required value: must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
      return [missing(`${path}[${i}].matchFields[${j}].values`, message)]
    }),
  )
}

function flowSchemaCauses(object: KubeObject): InvalidField[] {
  const { matchingPrecedence, priorityLevelConfiguration } = asObject(object.spec)
  const causes: InvalidField[] = []
  if (typeof matchingPrecedence === 'number') {
    if (matchingPrecedence === 1 && object.metadata.name !== 'exempt') {
      causes.push(
        wrong(
          'spec.matchingPrecedence',
          "Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
        ),
      )
    } else if (matchingPrecedence < 1) {
      causes.push(
        wrong('spec.matchingPrecedence', `Invalid value: ${matchingPrecedence}: must be a positive value`),
      )
    } else if (matchingPrecedence > 10_000) {
      causes.push(
        wrong(
          'spec.matchingPrecedence',
          `Invalid value: ${matchingPrecedence}: must not be greater than 10000`,
        ),
      )
    }
  }
  if (!asString(asObject(priorityLevelConfiguration).name)) {
    causes.push(
      missing('spec.priorityLevelConfiguration.name', 'Required value: must reference a priority level'),
    )
  }
  return causes
}

function bindingCauses(object: KubeObject, before: KubeObject | undefined): InvalidField[] {
  if (!asString(asObject(object.roleRef).name)) return [missing('roleRef.name')]
  if (!before || sameJson(before.roleRef, object.roleRef)) return []
  return [wrong('roleRef', `Invalid value: ${JSON.stringify(object.roleRef)}: cannot change roleRef`)]
}

const KEEPS_ZERO = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares'

export function isCount(value: Json): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function goMap(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `"${key}":"${value}"`)
  return `map[string]string{${pairs.join(', ')}}`
}

/** What the server fills in: names, and shares that old servers do not take as zero. */
export function withDefaults(type: ResourceType, object: JsonObject, serverVersion: string): JsonObject {
  const spec = asObject(object.spec)
  if (type.kind === 'PriorityLevelConfiguration') {
    const limited = asObject(spec.limited)
    const field = sharesField(asString(object.apiVersion))
    const shares = limited[field]
    // Before v1 a zero cannot be told from an absent value and becomes 30, unless an annotation tells it.
    const keeps =
      /\/v1$/.test(asString(object.apiVersion)) ||
      KEEPS_ZERO in asStringMap(asObject(object.metadata).annotations)
    const allowed = allowsZeroShares(serverVersion) && keeps
    if (spec.type !== 'Limited' || (shares !== undefined && (shares !== 0 || allowed))) return object
    return { ...object, spec: { ...spec, limited: { lendablePercent: 0, ...limited, [field]: 30 } } }
  }
  if (type.kind === 'FlowSchema') return { ...object, spec: { matchingPrecedence: 1000, ...spec } }
  if (type.kind === 'DaemonSet') {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } }
    return { ...object, spec: { updateStrategy, revisionHistoryLimit: 10, ...spec } }
  }
  if (type.kind === 'ReplicaSet') return { ...object, spec: { replicas: 1, ...spec } }
  if (type.kind === 'Deployment' || type.kind === 'StatefulSet') {
    return { ...object, spec: { replicas: 1, revisionHistoryLimit: 10, ...spec } }
  }
  return object
}
