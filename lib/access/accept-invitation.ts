import { HoldfastError } from '../errors'
import { loginHash } from './guess-lock'
import { type Opened, openSession } from './open-session'
import type { PasswordHasher } from './password-hash'
import { assertPassword } from './password-rules'
import { hashSecret } from './secrets'
import type { AccessStore, Ledger } from './store'
import type { Client, Person } from './types'

/** Whose invitation this is, without taking it. @throws HoldfastError `unauthenticated` */
export async function findInvitation(
  store: AccessStore,
  secret: string,
  now: number,
): Promise<{ person: Person; expiresAt: number }> {
  const link = /^hfi_[\w-]{43}$/.test(secret) ? await store.findLink(hashSecret(secret), now) : undefined
  const found = link?.personId ? await store.findPerson({ id: link.personId }) : undefined
  if (!link || !found || found.person.disabledAt !== undefined) throw spent()
  return { person: found.person, expiresAt: link.expiresAt }
}

/**
 * Takes an invitation: sets the password, ends every session that the person had, and opens one. Whoever had set up
 * one-time codes or passkeys loses them, since the link is also for those who lost the telephone.
 * @throws HoldfastError `unauthenticated` when the link was used or has expired, or `invalid-input`
 */
export async function acceptInvitation(
  { store, ledger, hasher }: { store: AccessStore; ledger: Ledger; hasher: PasswordHasher },
  { secret, password }: { secret: string; password: string },
  client: Client,
  now: number,
): Promise<Opened> {
  const { person } = await findInvitation(store, secret, now)
  assertPassword(password, person.login)
  const passwordHash = await hasher.hash(password)
  return ledger(async (tx, tell) => {
    const link = await tx.redeemLink(hashSecret(secret), now)
    if (!link) throw spent()
    const { id: personId, name, role } = person
    await tx.changePerson(personId, { passwordHash, totpSecret: null, totpPending: null })
    for (const passkey of await tx.listPasskeys(personId)) await tx.removePasskey(passkey.id, personId)
    await tx.revokeSessionsOf(personId, now)
    await tx.changeFailures(loginHash(person.login), () => undefined, 0)
    tell(name, 'password.set', `person/${personId}`, { by: 'invitation' })
    return openSession(tx, tell, { name, role, personId, method: 'password', client }, now)
  })
}

function spent(): HoldfastError {
  return new HoldfastError(
    'unauthenticated',
    'This invitation was used before, has expired, or is not complete.',
    {
      hint: 'Ask an administrator for a new one.',
    },
  )
}
