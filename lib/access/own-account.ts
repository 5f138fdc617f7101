import { HoldfastError } from '../errors'
import { assertPassword } from './password-rules'
import { type Door, reprove } from './sign-in-with-password'
import { newTotp, totpStepOf } from './totp'
import type { Client, Credentials, Principal } from './types'

/** Who changes their own account, and from where. */
export interface Owner {
  by: Principal
  client: Client
}

/** The person behind a session. @throws HoldfastError `conflict` for sessions without one */
export async function findOwner(
  door: Pick<Door, 'store'>,
  by: Principal,
): Promise<Credentials & { personId: string }> {
  const found = by.personId ? await door.store.findPerson({ id: by.personId }) : undefined
  if (!found)
    throw new HoldfastError(
      'conflict',
      'This session has no account: it was opened by a one-time link or code.',
      {
        hint: 'Invite yourself on the settings page, and sign in as that person.',
      },
    )
  return { ...found, personId: found.person.id }
}

/**
 * Sets a new password; other sessions of the person end.
 * @throws HoldfastError `forbidden` for a wrong old one, or `invalid-input`
 */
export async function changePassword(
  door: Door,
  { current, next }: { current: string; next: string },
  { by, client }: Owner,
  now: number,
): Promise<void> {
  const found = await findOwner(door, by)
  await reprove(door, found, current, client, now)
  assertPassword(next, found.person.login)
  const passwordHash = await door.hasher.hash(next)
  await door.ledger(async (store, tell) => {
    await store.changePerson(found.personId, { passwordHash })
    const sessionsEnded = await store.revokeSessionsOf(found.personId, now, by.id)
    tell(by.name, 'password.set', `person/${found.personId}`, { by: 'owner', sessionsEnded })
  })
}

/** Begins with one-time codes: the secret counts once a code of it was proven. */
export async function beginTotp(door: Door, by: Principal): Promise<{ secret: string; uri: string }> {
  const { personId, person, passwordHash } = await findOwner(door, by)
  if (!passwordHash)
    throw new HoldfastError('conflict', 'One-time codes go with a password, and this account has none.')
  const totp = newTotp(person.login)
  const totpPending = door.sealer.seal(totp.secret, personId)
  await door.ledger(store => store.changePerson(personId, { totpPending }))
  return totp
}

/** Turns one-time codes on. @throws HoldfastError `forbidden` for a wrong code or password */
export async function confirmTotp(
  door: Door,
  { code, password }: { code: string; password: string },
  { by, client }: Owner,
  now: number,
): Promise<void> {
  const found = await findOwner(door, by)
  const { personId, totpPending } = found
  if (!totpPending) throw new HoldfastError('conflict', 'Setting up one-time codes was not begun.')
  await reprove(door, found, password, client, now)
  const step = totpStepOf(door.sealer.open(totpPending, personId), code, now)
  if (step === undefined)
    throw new HoldfastError('forbidden', 'This code does not fit the secret.', {
      where: 'code',
      hint: 'Is the clock of the telephone right? Codes change every 30 seconds.',
    })
  await door.ledger(async (store, tell) => {
    await store.changePerson(personId, { totpSecret: totpPending, totpPending: null })
    await store.takeTotpStep(personId, step)
    const sessionsEnded = await store.revokeSessionsOf(personId, now, by.id)
    tell(by.name, 'totp.added', `person/${personId}`, { sessionsEnded })
  })
}

/** Turns one-time codes off. @throws HoldfastError `forbidden` for a wrong password */
export async function removeTotp(
  door: Door,
  password: string,
  { by, client }: Owner,
  now: number,
): Promise<void> {
  const found = await findOwner(door, by)
  await reprove(door, found, password, client, now)
  await door.ledger(async (store, tell) => {
    await store.changePerson(found.personId, { totpSecret: null, totpPending: null })
    tell(by.name, 'totp.removed', `person/${found.personId}`, {})
  })
}
