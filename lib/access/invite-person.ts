import { randomUUID } from 'node:crypto'
import { HoldfastError } from '../errors'
import { normaliseLogin } from './guess-lock'
import { hashSecret, newSecret } from './secrets'
import type { AccessStore, Ledger } from './store'
import type { Role } from './types'

const INVITATION_LIFE_MS = 3 * 86_400_000

/** A link on which a person sets a password; its secret is told once. */
export interface Invitation {
  personId: string
  secret: string
  expiresAt: number
}

/** The name that stands in the audit. @throws HoldfastError `invalid-input` */
export function assertPersonName(name: string): void {
  // Nobody may look like what other actors of the audit are called.
  if (/^[\p{L}\p{N}][\p{L}\p{N}\p{M} .'@_-]{0,62}$/u.test(name) && !/^(holdfast|administrator)$/i.test(name))
    return
  throw new HoldfastError('invalid-input', 'This name cannot be used.', {
    where: 'name',
    hint: "1 to 63 letters, digits, spaces or . ' @ _ -, beginning with a letter or digit; not Holdfast or Administrator.",
  })
}

/**
 * Keeps a new person, who may do nothing before the invitation is taken.
 * @throws HoldfastError `invalid-input`, or `conflict` when somebody has this name or login
 */
export async function invitePerson(
  ledger: Ledger,
  { name, login, role }: { name: string; login: string; role: Role },
  by: string,
  now: number,
): Promise<Invitation> {
  assertPersonName(name)
  const typed = normaliseLogin(login)
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._%+@-]{0,127}$/u.test(typed))
    throw new HoldfastError('invalid-input', 'This cannot be signed in with.', {
      where: 'login',
      hint: 'A short name such as ada, or an e-mail address.',
    })
  const personId = randomUUID()
  return ledger(async (store, tell) => {
    await store.createPerson({ id: personId, name, login: typed, role, createdAt: now, createdBy: by })
    const invitation = await keepInvitation(store, { id: personId, name, role }, now)
    tell(by, 'person.invited', `person/${personId}`, { name, login: typed, role })
    return invitation
  })
}

/**
 * A new link for somebody who lost the old one, or the password. The password of now works until the link is taken.
 * @throws HoldfastError `not-found`, or `conflict` for somebody who is disabled
 */
export async function inviteAgain(
  ledger: Ledger,
  personId: string,
  by: string,
  now: number,
): Promise<Invitation> {
  return ledger(async (store, tell) => {
    const found = await store.findPerson({ id: personId })
    if (!found) throw new HoldfastError('not-found', 'There is no such person.')
    const { person } = found
    if (person.disabledAt !== undefined)
      throw new HoldfastError('conflict', `${person.name} is disabled.`, { hint: 'Enable them first.' })
    await store.voidLinks(personId, now)
    const invitation = await keepInvitation(store, person, now)
    tell(by, 'person.invited-again', `person/${personId}`, { name: person.name })
    return invitation
  })
}

async function keepInvitation(
  store: AccessStore,
  { id: personId, name, role }: { id: string; name: string; role: Role },
  now: number,
): Promise<Invitation> {
  const secret = newSecret('hfi')
  const expiresAt = now + INVITATION_LIFE_MS
  const tokenHash = hashSecret(secret)
  await store.createLink({ id: randomUUID(), name, role, personId, tokenHash, createdAt: now, expiresAt })
  return { personId, secret, expiresAt }
}
