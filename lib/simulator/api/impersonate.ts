import { minorOf } from '../objects/resource-table'
import type { Authorizer } from './authorize'
import { badRequest, forbidden, internalError, StatusError } from './status'
import type { ApiRequest, Identity, RequestInfo } from './types'

const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/
const ANONYMOUS = 'system:anonymous'

/**
 * From 1.37 on refusals are worded in terms of constrained impersonation (KEP-5284), unless groups are named as well
 * (seen on kube-apiserver 1.37.2).
 */
const CONSTRAINED_MINOR = 37

/** Something that a caller must be allowed to impersonate. */
interface Claim {
  resource: 'users' | 'groups' | 'serviceaccounts'
  name: string
  namespace?: string
}

/**
 * Whom a request acts for: `Impersonate-User` and `Impersonate-Group`, for those who may. Without groups an account
 * has those of its token; everybody else is just authenticated (k8s.io/apiserver/pkg/endpoints/filters/impersonation).
 * @returns a refusal when the caller may not
 */
export function impersonate(
  authorizer: Authorizer,
  request: ApiRequest,
  identity: Identity,
  info: RequestInfo,
  serverVersion: string,
): Identity | StatusError {
  const user = request.headers['impersonate-user']
  // Several headers of one name arrive joined.
  const groups = (request.headers['impersonate-group'] ?? '').split(',').map(text => text.trim())
  const given = groups.filter(Boolean)
  if (user === undefined) return given.length > 0 ? withoutUser(given, serverVersion) : identity
  const account = ACCOUNT.exec(user)
  const [, namespace, name = ''] = account ?? []
  const own: Claim = account
    ? { resource: 'serviceaccounts', namespace, name }
    : { resource: 'users', name: user }
  const claims = [own, ...given.map((group): Claim => ({ resource: 'groups', name: group }))]
  const refused = claims.find(claim => !mayImpersonate(authorizer, identity, claim))
  if (refused) {
    const isConstrained = minorOf(serverVersion) >= CONSTRAINED_MINOR && given.length === 0
    return isConstrained ? constrained(identity, info, own) : refusal(identity, refused)
  }
  if (given.length > 0) return { user, groups: [...new Set([...given, 'system:authenticated'])] }
  if (user === ANONYMOUS) return { user, groups: ['system:unauthenticated'] }
  const ofAccount = account ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : []
  return { user, groups: [...ofAccount, 'system:authenticated'] }
}

function mayImpersonate(authorizer: Authorizer, identity: Identity, claim: Claim): boolean {
  const about = { isResource: true, verb: 'impersonate', group: '', subresource: '', path: '' }
  return authorizer.allows(identity, { ...about, ...claim })
}

function refusal(identity: Identity, { resource, name, namespace }: Claim): StatusError {
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const message = `${resource} "${name}" is forbidden: User "${identity.user}" cannot impersonate resource "${resource}" in API group "" ${where}`
  return new StatusError(403, message, 'Forbidden', { name, kind: resource })
}

function constrained(identity: Identity, info: RequestInfo, { resource }: Claim): StatusError {
  const mode = resource === 'serviceaccounts' ? 'serviceaccount' : 'user-info'
  return forbidden(identity, { ...info, verb: `impersonate-on:${mode}:${info.verb}` })
}

function withoutUser(groups: readonly string[], serverVersion: string): StatusError {
  if (minorOf(serverVersion) >= CONSTRAINED_MINOR) {
    const list = groups.map(group => JSON.stringify(group)).join(', ')
    return badRequest(
      `requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{${list}}, Extra:map[string][]string(nil)} without impersonating a user name`,
    )
  }
  return internalError(
    `requested [${groups.map(group => `{Group  ${group}    }`).join(' ')}] without impersonating a user`,
  )
}
