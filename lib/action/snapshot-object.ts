import { namesCaller } from './caller'
import type { BindingSnapshot, LabelSelector, WorkloadSnapshot } from './ports'
import { asRecord, asStrings } from './saved-object'
import type { CallerTarget } from './types'

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const count = (value: unknown) => (typeof value === 'number' && value >= 0 ? value : undefined)

/** A workload as planning needs it, from an `apps/v1` object; undefined when name or uid is missing. */
export function workloadFromObject(
  kind: WorkloadSnapshot['kind'],
  object: Record<string, unknown>,
  seenAt: number,
): WorkloadSnapshot | undefined {
  const metadata = asRecord(object.metadata)
  const spec = asRecord(object.spec)
  const template = asRecord(spec.template)
  const podSpec = asRecord(template.spec)
  const uid = text(metadata.uid)
  const name = text(metadata.name)
  if (uid === '' || name === '') return undefined
  const containers = Array.isArray(podSpec.containers) ? podSpec.containers : []
  return {
    kind,
    namespace: text(metadata.namespace),
    name,
    uid,
    labels: asStrings(metadata.labels),
    annotations: asStrings(metadata.annotations),
    serviceAccount: text(podSpec.serviceAccountName) || text(podSpec.serviceAccount) || 'default',
    selector: asSelector(spec.selector),
    podLabels: asStrings(asRecord(template.metadata).labels),
    pods: podCount(kind, spec, asRecord(object.status)),
    image: text(asRecord(containers[0]).image) || undefined,
    object,
    seenAt,
  }
}

function podCount(
  kind: WorkloadSnapshot['kind'],
  spec: Record<string, unknown>,
  status: Record<string, unknown>,
): number | undefined {
  if (kind === 'DaemonSet') {
    const wanted = count(status.desiredNumberScheduled) ?? 0
    return Math.max(wanted, count(status.currentNumberScheduled) ?? 0)
  }
  return count(status.replicas) ?? count(spec.replicas)
}

function asSelector(value: unknown): LabelSelector {
  const selector = asRecord(value)
  const expressions = Array.isArray(selector.matchExpressions) ? selector.matchExpressions.map(asRecord) : []
  return {
    matchLabels: asStrings(selector.matchLabels),
    matchExpressions: expressions.map(expression => ({
      key: text(expression.key),
      operator: text(expression.operator),
      values: Array.isArray(expression.values) ? expression.values.map(text) : undefined,
    })),
  }
}

/** A role binding as planning needs it; undefined when name or uid is missing. */
export function bindingFromObject(
  kind: BindingSnapshot['kind'],
  object: Record<string, unknown>,
  seenAt: number,
): BindingSnapshot | undefined {
  const metadata = asRecord(object.metadata)
  const uid = text(metadata.uid)
  const name = text(metadata.name)
  if (uid === '' || name === '') return undefined
  const namespace = kind === 'RoleBinding' ? text(metadata.namespace) : undefined
  return { kind, namespace, name, uid, object, seenAt }
}

/** Whether the binding names this caller among its subjects. */
export function bindsCaller(binding: BindingSnapshot, caller: CallerTarget): boolean {
  const subjects = Array.isArray(binding.object.subjects) ? binding.object.subjects.map(asRecord) : []
  return subjects.some(subject => namesCaller(subject, caller, binding.namespace))
}
