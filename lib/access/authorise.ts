import { HoldfastError } from '../errors'
import { sameSecret } from './secrets'
import { type ApiScope, type Principal, ROLES, type Role } from './types'

interface Need {
  /** The least role. */
  role: Role
  /** What a token must be made for; `none`: any token; `people`: no token at all. */
  scope: ApiScope | 'none' | 'people'
}

/** What can be asked of Holdfast, the least role that may ask it, and the scope that a token needs. */
export const PERMISSIONS = {
  'session.self': { role: 'viewer', scope: 'none' },
  'account.self': { role: 'viewer', scope: 'people' },
  'fleet.read': { role: 'viewer', scope: 'read' },
  'audit.read': { role: 'viewer', scope: 'read' },
  'timeline.note': { role: 'responder', scope: 'timeline:write' },
  'incident.declare': { role: 'responder', scope: 'actions:write' },
  'change.report': { role: 'responder', scope: 'changes:write' },
  'lanes.prove': { role: 'responder', scope: 'actions:write' },
  'action.plan': { role: 'responder', scope: 'actions:write' },
  'action.confirm': { role: 'responder', scope: 'actions:write' },
  'action.approve': { role: 'responder', scope: 'people' },
  'action.override': { role: 'commander', scope: 'people' },
  'action.freeze': { role: 'commander', scope: 'actions:write' },
  'action.steer': { role: 'responder', scope: 'actions:write' },
  'action.abort': { role: 'responder', scope: 'actions:write' },
  'action.undo': { role: 'responder', scope: 'actions:write' },
  'simulation.control': { role: 'responder', scope: 'simulation:write' },
  'break-glass.review': { role: 'commander', scope: 'people' },
  'break-glass.print': { role: 'administrator', scope: 'people' },
  'access.manage': { role: 'administrator', scope: 'access:write' },
} as const satisfies Record<string, Need>
export type Permission = keyof typeof PERMISSIONS

/** @throws HoldfastError `unauthenticated` or `forbidden` */
export function authorise(principal: Principal | undefined, permission: Permission): Principal {
  if (!principal)
    throw new HoldfastError('unauthenticated', 'This needs a signed-in person or an API token.', {
      hint: 'Sign in at /sign-in, or send `Authorization: Bearer TOKEN`.',
    })
  const { role, scope }: Need = PERMISSIONS[permission]
  if (ROLES.indexOf(principal.role) < ROLES.indexOf(role))
    throw new HoldfastError(
      'forbidden',
      `${permission} needs the role ${role}; ${principal.name} is ${principal.role}.`,
      {
        hint: 'Ask somebody with that role, or an administrator for a higher one.',
      },
    )
  if (principal.via === 'token') assertScope(principal, permission, scope)
  return principal
}

function assertScope(principal: Principal, permission: Permission, scope: Need['scope']): void {
  if (scope === 'none') return
  if (scope === 'people')
    throw new HoldfastError('forbidden', `${permission} is for people in a session; no token may do it.`, {
      hint: 'Sign in and do it in the browser.',
    })
  if (!principal.scopes?.includes(scope))
    throw new HoldfastError(
      'forbidden',
      `${permission} needs the scope ${scope}, which the token ${principal.name} does not have.`,
      { hint: `Make a token with \`--scope ${scope}\`.` },
    )
}

/**
 * Refuses writes that a foreign page could have caused: cookies travel by themselves, this header does not.
 * API tokens are sent deliberately and need no such proof.
 * @throws HoldfastError `forbidden`
 */
export function assertSameSite(principal: Principal, headers: Headers): void {
  if (principal.via === 'token') return
  assertOwnPage(headers)
  const sent = headers.get('x-holdfast-csrf')
  if (!sent || !principal.csrfToken || !sameSecret(sent, principal.csrfToken))
    throw foreignWrite('x-holdfast-csrf')
}

/**
 * Refuses what a browser says to come from another site's page: nobody is signed in from there, either.
 * @throws HoldfastError `forbidden`
 */
export function assertOwnPage(headers: Headers): void {
  const origin = headers.get('origin')
  const host = headers.get('x-forwarded-host') ?? headers.get('host')
  if (origin !== null && safeHost(origin) !== host) throw foreignWrite('Origin')
}

function foreignWrite(where: string): HoldfastError {
  return new HoldfastError('forbidden', 'This write did not come from a Holdfast page of this session.', {
    hint: 'Reload the page and try again.',
    where,
  })
}

function safeHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
