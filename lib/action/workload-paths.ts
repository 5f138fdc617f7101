import type { LabelSelector } from './ports'
import type { WorkloadTarget } from './types'

type WorkloadKind = WorkloadTarget['kind']

const RESOURCE: Record<WorkloadKind, string> = {
  DaemonSet: 'daemonsets',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
}

/** `/apis/apps/v1/namespaces/{ns}/{resource}`, with one name when given. */
export function workloadPath(kind: WorkloadKind, namespace: string, name?: string): string {
  const base = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/${RESOURCE[kind]}`
  return name === undefined ? base : `${base}/${encodeURIComponent(name)}`
}

/** Path of a ClusterRoleBinding, or of a RoleBinding when `namespace` is given. */
export function bindingPath(name: string | undefined, namespace?: string): string {
  const base =
    namespace === undefined
      ? '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'
      : `/apis/rbac.authorization.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/rolebindings`
  return name === undefined ? base : `${base}/${encodeURIComponent(name)}`
}

/** Pods of a namespace by selector; `limit` for a look, without it for `deletecollection`. */
export function podsPath(namespace: string, selector: string, limit?: number): string {
  const query = new URLSearchParams({ labelSelector: selector })
  if (limit !== undefined) query.set('limit', String(limit))
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?${query}`
}

/** The selector as a query understands it; undefined when it is empty (and would select everything) or not known. */
export function selectorText(selector: LabelSelector): string | undefined {
  const parts = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    if (operator === 'In') parts.push(`${key} in (${values.join(',')})`)
    else if (operator === 'NotIn') parts.push(`${key} notin (${values.join(',')})`)
    else if (operator === 'Exists') parts.push(key)
    else if (operator === 'DoesNotExist') parts.push(`!${key}`)
    else return undefined
  }
  return parts.length === 0 ? undefined : parts.sort().join(',')
}

/** Whether a pod with these labels is selected. */
export function selects(selector: LabelSelector, labels: Record<string, string>): boolean {
  const byLabels = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
  return (
    byLabels &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key]
      if (operator === 'In') return value !== undefined && values.includes(value)
      if (operator === 'NotIn') return value === undefined || !values.includes(value)
      if (operator === 'Exists') return value !== undefined
      return operator === 'DoesNotExist' && value === undefined
    })
  )
}
