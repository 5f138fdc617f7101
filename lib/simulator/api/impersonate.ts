import type { Authorizer } from './authorize'
import { StatusError } from './status'
import type { ApiRequest, Identity } from './types'

/**
 * Whom a request acts for: `Impersonate-User` and `Impersonate-Group`, for those who may.
 * @returns a refusal when the caller may not
 */
export function impersonate(
  authorizer: Authorizer,
  request: ApiRequest,
  identity: Identity,
): Identity | StatusError {
  const user = request.headers['impersonate-user']
  if (user === undefined) return identity
  // Several headers of one name arrive joined.
  const groups = (request.headers['impersonate-group'] ?? '').split(',').map(text => text.trim())
  const given = groups.filter(Boolean)
  const refusal = [['users', user] as const, ...given.map(group => ['groups', group] as const)].find(
    ([resource, name]) => !mayImpersonate(authorizer, identity, resource, name),
  )
  if (!refusal) return { user, groups: [...given, 'system:authenticated'] }
  const [resource, name] = refusal
  const message = `${resource} "${name}" is forbidden: User "${identity.user}" cannot impersonate resource "${resource}" in API group "" at the cluster scope`
  return new StatusError(403, message, 'Forbidden', { name, kind: resource })
}

function mayImpersonate(authorizer: Authorizer, identity: Identity, resource: string, name: string): boolean {
  const attributes = {
    isResource: true,
    verb: 'impersonate',
    group: '',
    resource,
    subresource: '',
    name,
    path: '',
  }
  return authorizer.allows(identity, attributes)
}
