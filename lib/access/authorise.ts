import { HoldfastError } from '../errors'
import { sameSecret } from './secrets'
import { type Principal, ROLES, type Role } from './types'

/** What can be asked of Holdfast, and the least role that may ask it. */
export const PERMISSIONS = {
  'fleet.read': 'viewer',
  'audit.read': 'viewer',
  'timeline.note': 'responder',
  'change.report': 'responder',
  'action.plan': 'responder',
  'action.confirm': 'responder',
  'action.approve': 'responder',
  'action.override': 'commander',
  'action.freeze': 'commander',
  'action.abort': 'responder',
  'action.undo': 'responder',
  'simulation.control': 'responder',
} as const satisfies Record<string, Role>
export type Permission = keyof typeof PERMISSIONS

/** @throws HoldfastError `unauthenticated` or `forbidden` */
export function authorise(principal: Principal | undefined, permission: Permission): Principal {
  if (!principal)
    throw new HoldfastError('unauthenticated', 'This needs a signed-in person or an API token.', {
      hint: 'Open the sign-in link that Holdfast printed at its start, or send `Authorization: Bearer TOKEN`.',
    })
  const needed = PERMISSIONS[permission]
  if (ROLES.indexOf(principal.role) < ROLES.indexOf(needed))
    throw new HoldfastError(
      'forbidden',
      `${permission} needs the role ${needed}; ${principal.name} is ${principal.role}.`,
      {
        hint: 'Ask somebody with that role, or an administrator for a higher one.',
      },
    )
  return principal
}

/**
 * Refuses writes that a foreign page could have caused: cookies travel by themselves, this header does not.
 * API tokens are sent deliberately and need no such proof.
 * @throws HoldfastError `forbidden`
 */
export function assertSameSite(principal: Principal, headers: Headers): void {
  if (principal.via === 'token') return
  const sent = headers.get('x-holdfast-csrf')
  const origin = headers.get('origin')
  const host = headers.get('x-forwarded-host') ?? headers.get('host')
  const foreign = origin !== null && safeHost(origin) !== host
  if (foreign || !sent || !principal.csrfToken || !sameSecret(sent, principal.csrfToken))
    throw new HoldfastError('forbidden', 'This write did not come from a Holdfast page of this session.', {
      hint: 'Reload the page and try again.',
      where: foreign ? 'Origin' : 'x-holdfast-csrf',
    })
}

function safeHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
