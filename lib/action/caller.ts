import type { CallerTarget } from './types'

/** Whether a subject of a binding is this caller; a RoleBinding's own namespace stands in for one that is not named. */
export function namesCaller(
  subject: Record<string, unknown>,
  caller: CallerTarget,
  bindingNamespace?: string,
): boolean {
  if (subject.kind !== caller.kind || subject.name !== caller.name) return false
  return caller.kind !== 'ServiceAccount' || (subject.namespace ?? bindingNamespace) === caller.namespace
}

/** Somebody to act as whom the API server takes for this caller (k8s.io/apiserver serviceaccount.MakeUsername). */
export function identityOf(caller: CallerTarget): { user: string; groups: string[] } {
  if (caller.kind === 'User') return { user: caller.name, groups: [] }
  if (caller.kind === 'Group') return { user: 'holdfast:member', groups: [caller.name] }
  const { namespace, name } = caller
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
  }
}
