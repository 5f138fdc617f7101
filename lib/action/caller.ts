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

/**
 * Somebody to act as whom the API server takes for this caller. A ServiceAccount's groups are added by the server when
 * none is named, which asks for no right to impersonate groups (k8s.io/apiserver impersonation filter).
 */
export function identityOf(caller: CallerTarget): { user: string; groups: string[] } {
  if (caller.kind === 'User') return { user: caller.name, groups: [] }
  if (caller.kind === 'Group') return { user: 'holdfast:member', groups: [caller.name] }
  return { user: `system:serviceaccount:${caller.namespace}:${caller.name}`, groups: [] }
}
