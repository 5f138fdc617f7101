import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { HoldfastError } from '../errors'
import { type Opened, openSession } from './open-session'
import { findOwner } from './own-account'
import { hashSecret, newSecret } from './secrets'
import type { Door } from './sign-in-with-password'
import type { Client, Principal } from './types'

/** Where the browser is: passkeys work for the host that they were made for, and nowhere else. */
export interface Site {
  origin: string
  host: string
}

const HANDSHAKE_LIFE_MS = 5 * 60_000
const MOST = 10

/** Asks the browser for a new passkey of who is signed in. */
export async function beginPasskey(door: Door, by: Principal, site: Site, now: number) {
  const { person, personId } = await findOwner(door, by)
  const known = await door.store.listPasskeys(personId)
  if (known.length >= MOST)
    throw new HoldfastError('conflict', `There are ${MOST} passkeys already.`, { hint: 'Remove one first.' })
  const options = await generateRegistrationOptions({
    rpName: 'Holdfast',
    rpID: site.host,
    userID: new TextEncoder().encode(personId),
    userName: person.login,
    userDisplayName: person.name,
    attestationType: 'none',
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  const data = { challenge: options.challenge, personId }
  return { handshake: await keep(door, 'passkey-add', data, now), options }
}

/** Keeps the new passkey. @throws HoldfastError `forbidden` when it does not fit what was asked */
export async function addPasskey(
  door: Door,
  posted: { handshake: string; name: string; response: RegistrationResponseJSON },
  by: Principal,
  site: Site,
  now: number,
): Promise<void> {
  const { personId } = await findOwner(door, by)
  const asked = await take(door, 'passkey-add', posted.handshake, now)
  if (!asked || asked.personId !== personId) throw notFitting()
  const { registrationInfo } = await verifyRegistrationResponse({
    response: posted.response,
    expectedChallenge: asked.challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.host,
    requireUserVerification: true,
  }).catch(cause => {
    throw notFitting(cause)
  })
  if (!registrationInfo) throw notFitting()
  const { id, publicKey, counter, transports = [] } = registrationInfo.credential
  await door.ledger(async (store, tell) => {
    const { name } = posted
    await store.addPasskey({
      id,
      personId,
      name,
      publicKey,
      counter,
      transports,
      rpId: site.host,
      createdAt: now,
    })
    tell(by.name, 'passkey.added', `person/${personId}`, { name })
  })
}

/** @throws HoldfastError `not-found` */
export async function removePasskey(door: Door, id: string, by: Principal): Promise<void> {
  const { personId } = await findOwner(door, by)
  await door.ledger(async (store, tell) => {
    if (!(await store.removePasskey(id, personId)))
      throw new HoldfastError('not-found', 'You have no such passkey.')
    tell(by.name, 'passkey.removed', `person/${personId}`, { id: id.slice(0, 16) })
  })
}

/** Asks the browser for any passkey of this site; which person it is, the passkey says. */
export async function askForPasskey(door: Door, site: Site, now: number) {
  const options = await generateAuthenticationOptions({ rpID: site.host, userVerification: 'required' })
  return { handshake: await keep(door, 'passkey-use', { challenge: options.challenge }, now), options }
}

/**
 * Signs in by passkey: two factors in one, and not to be phished, so that guesses at the password never close it.
 * @throws HoldfastError `unauthenticated`
 */
export async function signInWithPasskey(
  door: Door,
  posted: { handshake: string; response: AuthenticationResponseJSON },
  client: Client,
  site: Site,
  now: number,
): Promise<Opened> {
  const asked = await take(door, 'passkey-use', posted.handshake, now)
  const passkey = asked && (await door.store.findPasskey(posted.response.id))
  if (!asked || !passkey || passkey.rpId !== site.host) throw unknownPasskey()
  const { id, publicKey, counter, transports } = passkey
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: posted.response,
    expectedChallenge: asked.challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.host,
    credential: { id, publicKey, counter, transports },
    requireUserVerification: true,
  }).catch(cause => {
    throw unknownPasskey(cause)
  })
  if (!verified) throw unknownPasskey()
  return door.ledger(async (store, tell) => {
    const person = (await store.findPerson({ id: passkey.personId }))?.person
    if (!person || person.disabledAt !== undefined) throw unknownPasskey()
    await store.touchPasskey(id, authenticationInfo.newCounter, now)
    const { name, role } = person
    return openSession(store, tell, { name, role, personId: person.id, method: 'passkey', client }, now)
  })
}

async function keep(door: Door, kind: string, data: Record<string, string>, now: number): Promise<string> {
  const secret = newSecret('hfh')
  const handshake = { idHash: hashSecret(secret), kind, data, expiresAt: now + HANDSHAKE_LIFE_MS, now }
  await door.ledger(store => store.createHandshake(handshake))
  return secret
}

async function take(
  door: Door,
  kind: string,
  secret: string,
  now: number,
): Promise<{ challenge: string; personId?: string } | undefined> {
  const data = await door.store.takeHandshake(hashSecret(secret), kind, now)
  if (typeof data !== 'object' || data === null || !('challenge' in data)) return undefined
  const personId = 'personId' in data ? String(data.personId) : undefined
  return { challenge: String(data.challenge), personId }
}

function notFitting(cause?: unknown): HoldfastError {
  return new HoldfastError('forbidden', 'This passkey does not fit what was asked for.', {
    hint: 'Begin anew; a question stands for five minutes.',
    cause,
  })
}

function unknownPasskey(cause?: unknown): HoldfastError {
  return new HoldfastError('unauthenticated', 'This passkey lets nobody in here.', {
    hint: 'It may have been removed. Sign in another way.',
    cause,
  })
}
