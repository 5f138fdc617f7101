import type { ClientCertificate } from './client-certificate'
import { text, texts, type Values } from './kubeconfig-values'
import type { LaneIdentity } from './types'

/**
 * Who the API server takes a kubeconfig's user for: whom it impersonates, its client certificate's CN and O, or the
 * subject of its ServiceAccount token. Exec plugins and files are not read for it. Nothing is verified.
 */
export function userIdentity(
  user: Values,
  certificate: ClientCertificate | undefined,
): LaneIdentity | undefined {
  const impersonated = text(user.as)
  if (impersonated !== '') return { user: impersonated, groups: texts(user['as-groups']) }
  if (certificate) return { user: certificate.commonName, groups: certificate.organisations }
  const subject = tokenSubject(text(user.token))
  return subject === undefined ? undefined : { user: subject, groups: serviceAccountGroups(subject) }
}

/** `sub` of a JSON web token (RFC 7519). */
function tokenSubject(token: string): string | undefined {
  const payload = token.split('.')[1]
  if (payload === undefined) return undefined
  try {
    const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { sub?: unknown }
    return typeof sub === 'string' ? sub : undefined
  } catch {
    // An opaque token with dots in it says nothing of its subject.
    return undefined
  }
}

function serviceAccountGroups(subject: string): string[] {
  const namespace = /^system:serviceaccount:([^:]+):/.exec(subject)?.[1]
  return namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
}
