import type { Clock } from '../clock/clock'
import type { Lane } from '../fleet/types'
import type { CredentialSource, Credentials } from './credential-source'
import { execCredentials } from './exec-credentials'
import { impersonationHeaders } from './impersonation-headers'
import { oidcCredentials } from './oidc-credentials'
import { tokenFileCredentials } from './token-file-credentials'

function fixed(headers: string[]): CredentialSource {
  const credentials = { headers }
  return { get: () => credentials, rejected: () => {} }
}

/**
 * The credentials of a lane's user, by kubectl's precedence. As with kubectl nothing is sent over plain http, unless
 * the kubeconfig says `insecure-skip-tls-verify: true` there.
 */
export function createCredentialSource(lane: Lane, clock: Clock): CredentialSource {
  const { user, endpoint } = lane
  if (!/^https:/i.test(endpoint.server) && !endpoint.insecureSkipTlsVerify) return fixed([])
  const extra = impersonationHeaders(user)
  if (typeof user.exec === 'object' && user.exec !== null)
    return withHeaders(execCredentials(user.exec, endpoint, clock), extra)
  if (typeof user.tokenFile === 'string')
    return withHeaders(tokenFileCredentials(user.tokenFile, user.token, clock), extra)
  if (typeof user.token === 'string') return fixed(['authorization', `Bearer ${user.token}`, ...extra])
  if (typeof user.username === 'string') {
    const pair = `${user.username}:${typeof user.password === 'string' ? user.password : ''}`
    return fixed(['authorization', `Basic ${Buffer.from(pair).toString('base64')}`, ...extra])
  }
  if (typeof user['auth-provider'] === 'object' && user['auth-provider'] !== null) {
    return withHeaders(oidcCredentials(user['auth-provider']), extra)
  }
  return fixed(extra)
}

function withHeaders(source: CredentialSource, extra: string[]): CredentialSource {
  if (extra.length === 0) return source
  const add = (credentials: Credentials): Credentials => ({
    ...credentials,
    headers: [...credentials.headers, ...extra],
  })
  return {
    get: signal => {
      const credentials = source.get(signal)
      return credentials instanceof Promise ? credentials.then(add) : add(credentials)
    },
    rejected: () => source.rejected(),
  }
}
