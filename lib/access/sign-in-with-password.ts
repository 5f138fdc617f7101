import { HoldfastError } from '../errors'
import { claimTry, FORGOTTEN_AFTER_MS, loginHash, normaliseLogin, returnTry } from './guess-lock'
import { type Opened, openSession } from './open-session'
import type { PasswordHasher } from './password-hash'
import type { Sealer } from './seal'
import type { AccessStore, Ledger } from './store'
import { totpStepOf } from './totp'
import type { Client, Credentials, Failures } from './types'

export interface Door {
  store: AccessStore
  ledger: Ledger
  hasher: PasswordHasher
  sealer: Sealer
}

/** `where` of the refusal that asks for the second factor. */
const SECOND_FACTOR = 'code'

/**
 * Signs in by password, and by a code where the person has set that up. What is wrong is not told, nor is whether the
 * login is known, disabled or closed: each takes the same steps, one hash among them.
 * @throws HoldfastError `unauthenticated`; its `where` is `code` when only that is missing
 */
export async function signInWithPassword(
  door: Door,
  typed: { login: string; password: string; code?: string },
  client: Client,
  now: number,
): Promise<Opened> {
  const login = normaliseLogin(typed.login)
  const found = await door.store.findPerson({ login })
  const proof = await prove(door, login, found, typed, client, now)
  if (proof === 'wrong' || !found) throw wrong()
  if (proof === 'code-missing')
    throw new HoldfastError('unauthenticated', 'Now the six digits of your authenticator application.', {
      where: SECOND_FACTOR,
    })
  const { id: personId, name } = found.person
  return door.ledger(async (store, tell) => {
    // What an administrator changed while the password was hashed holds.
    const still = await store.findPerson({ id: personId })
    if (!still || still.person.disabledAt !== undefined || still.passwordHash !== found.passwordHash)
      throw wrong()
    return openSession(
      store,
      tell,
      { name, role: still.person.role, personId, method: 'password', client },
      now,
    )
  })
}

/**
 * Makes sure that who is signed in still knows their password, before what matters is changed.
 * @throws HoldfastError `forbidden`
 */
export async function reprove(
  door: Door,
  found: Credentials,
  password: string,
  client: Client,
  now: number,
): Promise<void> {
  const withoutCode = { ...found, totpSecret: undefined }
  const proof = await prove(door, found.person.login, withoutCode, { password }, client, now)
  if (proof !== 'right')
    throw new HoldfastError('forbidden', 'This is not your password, or it is closed for a while.', {
      where: 'password',
      hint: 'After several wrong tries a login is closed for some minutes.',
    })
}

type Proof = 'right' | 'wrong' | 'code-missing'

/** Counts the try first, then looks whether it is right; a try that closes the login is told to the audit. */
async function prove(
  door: Door,
  login: string,
  found: Credentials | undefined,
  typed: { password: string; code?: string },
  client: Client,
  now: number,
): Promise<Proof> {
  const change = (next: (known: Failures | undefined) => Failures | undefined) =>
    door.ledger(store => store.changeFailures(loginHash(login), next, now - FORGOTTEN_AFTER_MS))
  let claimed = claimTry(undefined, now)
  await change(known => {
    claimed = claimTry(known, now)
    return claimed.failures
  })
  const isRight = await door.hasher.verify(typed.password, found?.passwordHash)
  const proof = isRight && claimed.isOpen && found ? await proveCode(door, found, typed.code, now) : 'wrong'
  if (proof === 'right') await change(() => undefined)
  if (proof === 'code-missing') await change(returnTry)
  if (proof === 'wrong' && claimed.closesNow)
    await door.ledger(async (_store, tell) =>
      tell('holdfast', 'login.closed', `person/${found?.person.id ?? 'unknown'}`, {
        failures: claimed.failures.failures,
        address: client.address,
      }),
    )
  return proof
}

async function proveCode(
  { store, sealer }: Door,
  { person, totpSecret }: Credentials,
  code: string | undefined,
  now: number,
): Promise<Proof> {
  if (person.disabledAt !== undefined) return 'wrong'
  if (totpSecret === undefined) return 'right'
  if (!code) return 'code-missing'
  const step = totpStepOf(sealer.open(totpSecret, person.id), code, now)
  return step !== undefined && (await store.takeTotpStep(person.id, step)) ? 'right' : 'wrong'
}

function wrong(): HoldfastError {
  return new HoldfastError('unauthenticated', 'That is not right, or this login is closed for a while.', {
    hint: 'After several wrong tries a login is closed for some minutes. An administrator can make a new link.',
  })
}
