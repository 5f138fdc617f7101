import { SESSION_COOKIE } from '@/lib/access/authenticate'
import { assertOwnPage } from '@/lib/access/authorise'
import type { Opened } from '@/lib/access/open-session'
import type { Site } from '@/lib/access/passkeys'
import type { Client, Principal } from '@/lib/access/types'
import type { Engine } from '@/lib/engine/engine'
import { CLIENT_ADDRESS_HEADER } from '@/lib/engine/name-clients'
import { HoldfastError } from '@/lib/errors'
import type { SessionDto } from '@/lib/wire/access'

/** Where a request comes from, for limits, the list of sessions and the audit. */
export function clientOf(request: Request): Client {
  return {
    address: request.headers.get(CLIENT_ADDRESS_HEADER) ?? 'unknown',
    agent: request.headers.get('user-agent') ?? '',
  }
}

/** The address that the browser shows. @throws HoldfastError `invalid-input` when it cannot be told */
export function siteOf(request: Request): Site {
  const host = request.headers.get('x-forwarded-host') ?? request.headers.get('host') ?? ''
  const origin = `${isSecure(request) ? 'https' : 'http'}://${host}`
  if (!URL.canParse(origin)) throw new HoldfastError('invalid-input', 'The Host header names no host.')
  return { origin: new URL(origin).origin, host: new URL(origin).hostname }
}

/** Browsers that are at the identity provider. */
export const OIDC_COOKIE = 'holdfast_oidc'

/** Where the identity provider sends browsers back to; it must be registered there. */
export function redirectUriOf(request: Request): string {
  return `${siteOf(request).origin}/api/v1/session/oidc/callback`
}

function isSecure(request: Request): boolean {
  return (request.headers.get('x-forwarded-proto') ?? new URL(request.url).protocol).startsWith('https')
}

/** Strict by default: no other site's page takes the cookie along. */
export function cookie(
  request: Request,
  [name, value]: [name: string, value: string],
  maxAgeSeconds: number,
  sameSite: 'Strict' | 'Lax' = 'Strict',
): string {
  const secure = isSecure(request) ? '; Secure' : ''
  return `${name}=${value}; Path=/; HttpOnly; SameSite=${sameSite}; Max-Age=${maxAgeSeconds}${secure}`
}

/** The cookie of a session that was just opened. */
export function sessionCookie(request: Request, { sessionSecret, expiresAt }: Opened): string {
  return cookie(request, [SESSION_COOKIE, sessionSecret], Math.floor((expiresAt - Date.now()) / 1000))
}

export function whoAmI({ name, role, csrfToken = '' }: Principal): SessionDto {
  return { name, role, csrfToken }
}

/** Runs one try to sign in, from our own pages, within the limits of its address, and answers with the cookie. */
export async function trySignIn(
  engine: Engine,
  request: Request,
  open: (client: Client) => Promise<Opened>,
): Promise<Response> {
  assertOwnPage(request.headers)
  const client = clientOf(request)
  const opened = await engine.access.signInLimit.attempt(client.address, Date.now(), () => open(client))
  return Response.json(whoAmI(opened.principal), {
    status: 201,
    headers: { 'set-cookie': sessionCookie(request, opened), 'cache-control': 'no-store' },
  })
}
