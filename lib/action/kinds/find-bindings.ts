import { jsonBody } from '../ask-cluster'
import type { BindingSnapshot } from '../ports'
import { bindingFromObject, bindsCaller } from '../snapshot-object'
import type { CallerTarget } from '../types'
import { bindingPath } from '../workload-paths'
import type { Look } from './look'

const LISTS = [
  { kind: 'ClusterRoleBinding', path: bindingPath(undefined) },
  { kind: 'RoleBinding', path: '/apis/rbac.authorization.k8s.io/v1/rolebindings' },
] as const

/** Bindings that name the caller, from the cluster itself; undefined when they cannot be read whole. */
export async function readBindings(look: Look, caller: CallerTarget): Promise<BindingSnapshot[] | undefined> {
  const found: BindingSnapshot[] = []
  for (const { kind, path } of LISTS) {
    const result = await look.get(`${path}?limit=500`)
    const body = result?.status === 200 ? jsonBody(result) : undefined
    // A list that goes on is not read further here: rights that are only half known are not planned on.
    const more = (body?.metadata as { continue?: unknown } | undefined)?.continue
    // An empty list may come as `items: null`.
    const items = body?.items === null ? [] : body?.items
    if (!Array.isArray(items) || more) return undefined
    for (const item of items) {
      const binding = item && typeof item === 'object' ? bindingFromObject(kind, item, look.now()) : undefined
      if (binding && bindsCaller(binding, caller)) found.push(binding)
    }
  }
  return found
}

/** As last read there; undefined when they never were, or when the caller is no ServiceAccount. */
export function rememberedBindings(look: Look, caller: CallerTarget): readonly BindingSnapshot[] | undefined {
  return caller.kind === 'ServiceAccount'
    ? look.source.bindings(look.facts.cluster.id, caller.namespace, caller.name)
    : undefined
}
