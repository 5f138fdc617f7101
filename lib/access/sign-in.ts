import { randomUUID } from 'node:crypto'
import { HoldfastError } from '../errors'
import { hashSecret, newSecret } from './secrets'
import type { AccessStore } from './store'
import type { Principal, Role } from './types'

const LINK_LIFE_MS = 24 * 3600_000
export const SESSION_LIFE_MS = 12 * 3600_000

/** Makes a one-time sign-in link's secret; it is shown once and kept as a hash. Wall time: people's sessions. */
export async function createSignInLink(
  store: AccessStore,
  { name, role }: { name: string; role: Role },
  now: number,
): Promise<{ secret: string; expiresAt: number }> {
  const secret = newSecret('hfl')
  const expiresAt = now + LINK_LIFE_MS
  await store.createLink({
    id: randomUUID(),
    name,
    role,
    tokenHash: hashSecret(secret),
    createdAt: now,
    expiresAt,
  })
  return { secret, expiresAt }
}

/**
 * Turns a one-time link into a session.
 * @throws HoldfastError `unauthenticated` when the link was used, has expired or never existed
 */
export async function signIn(
  store: AccessStore,
  linkSecret: string,
  now: number,
): Promise<{ sessionSecret: string; principal: Principal; expiresAt: number }> {
  const link = await store.redeemLink(hashSecret(linkSecret), now)
  if (!link)
    throw new HoldfastError(
      'unauthenticated',
      'This sign-in link was used before, has expired, or is not complete.',
      {
        hint: 'Each start of Holdfast prints a new link; `npm run token -- link --name NAME --role ROLE` makes one too.',
      },
    )
  const id = randomUUID()
  const sessionSecret = newSecret('hfs')
  const csrfToken = newSecret('hfs')
  const expiresAt = now + SESSION_LIFE_MS
  await store.createSession({
    id,
    tokenHash: hashSecret(sessionSecret),
    csrfToken,
    ...link,
    createdAt: now,
    expiresAt,
  })
  return { sessionSecret, expiresAt, principal: { ...link, via: 'session', id, csrfToken } }
}
