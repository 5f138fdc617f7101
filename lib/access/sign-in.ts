import { randomUUID } from 'node:crypto'
import { HoldfastError } from '../errors'
import { type Opened, openSession } from './open-session'
import { hashSecret, newSecret } from './secrets'
import type { AccessStore, Ledger } from './store'
import type { Client, Role } from './types'

const LINK_LIFE_MS = 24 * 3600_000

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
  ledger: Ledger,
  linkSecret: string,
  client: Client,
  now: number,
): Promise<Opened> {
  return ledger(async (store, tell) => {
    // An invitation is taken with a password, not here.
    const link = /^hfl_/.test(linkSecret) ? await store.redeemLink(hashSecret(linkSecret), now) : undefined
    if (!link)
      throw new HoldfastError(
        'unauthenticated',
        'This sign-in link was used before, has expired, or is not complete.',
        {
          hint: 'Each start of Holdfast prints a new link; `npm run token -- link --name NAME --role ROLE` makes one too.',
        },
      )
    const { name, role } = link
    return openSession(store, tell, { name, role, method: 'link', client }, now)
  })
}
