import { beforeEach, describe, expect, it } from 'vitest'
import { acceptInvitation } from './accept-invitation'
import { Authenticator, SESSION_COOKIE } from './authenticate'
import { changePerson } from './change-person'
import { inviteAgain, invitePerson } from './invite-person'
import { beginTotp, changePassword, confirmTotp } from './own-account'
import { PasswordHasher } from './password-hash'
import { revokeSession } from './revoke-session'
import { createSealer } from './seal'
import { createSignInLink, signIn } from './sign-in'
import { type Door, signInWithPassword } from './sign-in-with-password'
import { MemoryAccessStore } from './testing/memory-access-store'
import { codeAt } from './testing/totp-code'
import type { Principal } from './types'

const NOW = Date.parse('2024-12-11T23:00:00Z')
const PASSWORD = 'correct horse battery'
const client = { address: '192.0.2.7', agent: 'a browser' }
const admin: Principal = { name: 'Root', role: 'administrator', via: 'session', id: 's0', method: 'link' }
let store: MemoryAccessStore
let door: Door
let now: number

beforeEach(() => {
  now = NOW
  store = new MemoryAccessStore()
  const hasher = new PasswordHasher({ N: 16, r: 1, p: 1 })
  door = { store, ledger: store.ledger, hasher, sealer: createSealer(Buffer.alloc(32, 7)) }
})

async function join(login = 'ada', role: 'viewer' | 'responder' | 'administrator' = 'responder') {
  const { secret, personId } = await invitePerson(store.ledger, { name: login, login, role }, 'Root', now)
  const opened = await acceptInvitation(door, { secret, password: PASSWORD }, client, now)
  return { personId, secret, ...opened }
}
const enter = (password = PASSWORD, code?: string, login = 'Ada ') =>
  signInWithPassword(door, { login, password, code }, client, now)
const cookieOf = (secret: string) => new Headers({ cookie: `${SESSION_COOKIE}=${secret}` })
const verbs = () => store.told.map(line => line.verb)

describe('an invitation', () => {
  it('is taken once, with a password, and is no sign-in link', async () => {
    const { secret } = await invitePerson(
      store.ledger,
      { name: 'Ada', login: 'Ada', role: 'viewer' },
      'Root',
      now,
    )
    await expect(signIn(store.ledger, secret, client, now)).rejects.toMatchObject({ code: 'unauthenticated' })
    const weak = acceptInvitation(door, { secret, password: 'short' }, client, now)
    await expect(weak).rejects.toMatchObject({ code: 'invalid-input', where: 'password' })
    const { principal } = await acceptInvitation(door, { secret, password: PASSWORD }, client, now)
    expect(principal).toMatchObject({ name: 'Ada', role: 'viewer', via: 'session', method: 'password' })
    await expect(acceptInvitation(door, { secret, password: PASSWORD }, client, now)).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    expect(verbs()).toEqual(['person.invited', 'password.set', 'session.opened'])
    expect(store.dump()).not.toContain(secret)
    expect(store.dump()).not.toContain(PASSWORD)
  })

  it('ends after three days, when a new one is made, and when its person is disabled', async () => {
    const { secret, personId } = await invitePerson(
      store.ledger,
      { name: 'Ada', login: 'ada', role: 'viewer' },
      'Root',
      now,
    )
    const take = (token: string) => acceptInvitation(door, { secret: token, password: PASSWORD }, client, now)
    now += 3 * 86_400_000
    await expect(take(secret)).rejects.toMatchObject({ code: 'unauthenticated' })
    const second = await inviteAgain(store.ledger, personId, 'Root', now)
    const third = await inviteAgain(store.ledger, personId, 'Root', now)
    await expect(take(second.secret)).rejects.toMatchObject({ code: 'unauthenticated' })
    await changePerson(store.ledger, personId, { disabled: true }, admin, now)
    await expect(take(third.secret)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it.each(['holdfast', 'Administrator', '', '<b>', 'Ada (break-glass)', 'x'.repeat(64)])(
    'is not made out to "%s"',
    async name => {
      const made = invitePerson(store.ledger, { name, login: 'ada', role: 'viewer' }, 'Root', now)
      await expect(made).rejects.toMatchObject({ code: 'invalid-input', where: 'name' })
    },
  )

  it('is not made for a name that somebody has', async () => {
    await join()
    const again = invitePerson(store.ledger, { name: 'Other', login: 'ADA', role: 'viewer' }, 'Root', now)
    await expect(again).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('guessing a password', () => {
  it('is answered in the same words whether the login is known, disabled, invited or closed', async () => {
    const { personId } = await join()
    await invitePerson(store.ledger, { name: 'Bob', login: 'bob', role: 'viewer' }, 'Root', now)
    const refusal = async (login: string, password: string) => {
      const error = await enter(password, undefined, login).then(
        () => undefined,
        cause => cause,
      )
      return [error.code, error.message, error.hint, error.where]
    }
    const wrong = await refusal('ada', 'wrong password')
    expect(await refusal('nobody', 'wrong password')).toEqual(wrong)
    expect(await refusal('bob', PASSWORD)).toEqual(wrong)
    await changePerson(store.ledger, personId, { disabled: true }, admin, now)
    expect(await refusal('ada', PASSWORD)).toEqual(wrong)
    await changePerson(store.ledger, personId, { disabled: false }, admin, now)
    for (let i = 0; i < 5; i++) await refusal('ada', 'wrong password')
    expect(await refusal('ada', PASSWORD)).toEqual(wrong)
    expect(wrong[0]).toBe('unauthenticated')
  })

  it('closes the login after five tries, twice as long each time, and opens it again by itself', async () => {
    await join()
    const tries = async (count: number) => {
      for (let i = 0; i < count; i++) await enter('wrong password').catch(() => {})
    }
    await tries(4)
    expect((await enter()).principal.name).toBe('ada')
    await tries(5)
    now += 59_000
    await expect(enter()).rejects.toMatchObject({ code: 'unauthenticated' })
    now += 1_000
    await tries(1)
    now += 119_000
    await expect(enter()).rejects.toMatchObject({ code: 'unauthenticated' })
    now += 1_000
    expect((await enter()).principal.name).toBe('ada')
    expect(store.told.filter(line => line.verb === 'login.closed')).toHaveLength(2)
  })

  it('gains nothing from trying at the same time', async () => {
    await join()
    const answers = await Promise.allSettled([
      ...Array.from({ length: 5 }, () => enter('wrong password')),
      enter(),
    ])
    expect(answers.map(answer => answer.status)).toEqual(Array(6).fill('rejected'))
  })

  it('counts for logins that nobody has, and keeps none of them readable', async () => {
    for (let i = 0; i < 6; i++)
      await enter('wrong password', undefined, 'typed-my-password-here').catch(() => {})
    expect([...store.failures.values()]).toEqual([expect.objectContaining({ failures: 5 })])
    expect(store.dump()).not.toContain('typed-my-password-here')
  })
})

describe('one-time codes', () => {
  async function withTotp() {
    const joined = await join()
    const { secret } = await beginTotp(door, joined.principal)
    const owner = { by: joined.principal, client }
    await confirmTotp(door, { code: codeAt(secret, now), password: PASSWORD }, owner, now)
    return { ...joined, secret }
  }

  it('are asked for after a right password only, and are no failed try', async () => {
    const { secret } = await withTotp()
    expect(store.dump()).not.toContain(secret)
    for (let i = 0; i < 8; i++)
      await expect(enter()).rejects.toMatchObject({ code: 'unauthenticated', where: 'code' })
    expect((await enter('wrong password', codeAt(secret, now)).catch(e => e)).where).toBeUndefined()
    now += 30_000
    expect((await enter(PASSWORD, codeAt(secret, now))).principal.name).toBe('ada')
  })

  it('are taken once each, one step early or late, and no earlier one afterwards', async () => {
    const { secret } = await withTotp()
    now += 60_000
    const code = codeAt(secret, now)
    await enter(PASSWORD, code)
    await expect(enter(PASSWORD, code)).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(enter(PASSWORD, codeAt(secret, now - 30_000))).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    expect((await enter(PASSWORD, codeAt(secret, now + 30_000))).principal.name).toBe('ada')
    now += 300_000
    await expect(enter(PASSWORD, codeAt(secret, now - 60_000))).rejects.toMatchObject({
      code: 'unauthenticated',
    })
  })

  it('close the login when they are guessed', async () => {
    const { secret } = await withTotp()
    now += 60_000
    for (let i = 0; i < 5; i++) await enter(PASSWORD, '000000').catch(() => {})
    await expect(enter(PASSWORD, codeAt(secret, now))).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('are gone after a new invitation was taken, as is everything else that was lost', async () => {
    const { personId, sessionSecret } = await withTotp()
    const authenticator = new Authenticator(store, () => now)
    const { secret } = await inviteAgain(store.ledger, personId, 'Root', now)
    await acceptInvitation(door, { secret, password: 'another battery staple' }, client, now)
    expect(await authenticator.authenticate(cookieOf(sessionSecret))).toBeUndefined()
    expect((await enter('another battery staple')).principal.name).toBe('ada')
  })
})

describe('sessions', () => {
  it('have the role that their person has now, and end when the person is disabled', async () => {
    const { personId, sessionSecret } = await join()
    const authenticator = new Authenticator(store, () => now)
    const ask = () => authenticator.authenticate(cookieOf(sessionSecret))
    expect(await ask()).toMatchObject({ role: 'responder' })
    await changePerson(store.ledger, personId, { role: 'viewer' }, admin, now)
    authenticator.forget(personId)
    expect(await ask()).toMatchObject({ role: 'viewer' })
    let looked = 0
    authenticator.watch(() => looked++)
    await changePerson(store.ledger, personId, { disabled: true }, admin, now)
    authenticator.forget(personId)
    expect(await ask()).toBeUndefined()
    expect(looked).toBe(1)
    await changePerson(store.ledger, personId, { disabled: false }, admin, now)
    authenticator.forget(personId)
    expect(await ask()).toBeUndefined()
  })

  it('are ended by their owner and by administrators, by nobody else', async () => {
    const ada = await join()
    const bob = await join('bob', 'viewer')
    const end = (by: Principal) => revokeSession(store.ledger, ada.principal.id, by, now)
    await expect(end(bob.principal)).rejects.toMatchObject({ code: 'not-found' })
    await end(admin)
    await expect(end(admin)).rejects.toMatchObject({ code: 'not-found' })
    const again = await enter()
    await revokeSession(store.ledger, again.principal.id, (await enter()).principal, now)
    expect(verbs().filter(verb => verb === 'session.revoked')).toHaveLength(2)
  })

  it('other than the one that asks end with a new password', async () => {
    const { principal } = await join()
    await enter()
    const owner = { by: principal, client }
    const wrong = changePassword(door, { current: 'wrong', next: 'a new battery staple' }, owner, now)
    await expect(wrong).rejects.toMatchObject({ code: 'forbidden', where: 'password' })
    await changePassword(door, { current: PASSWORD, next: 'a new battery staple' }, owner, now)
    expect((await store.listSessions(now)).map(one => one.id)).toEqual([principal.id])
    await expect(enter()).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('of a one-time link have no account', async () => {
    const { secret } = await createSignInLink(store, { name: 'Guest', role: 'administrator' }, now)
    const { principal } = await signIn(store.ledger, secret, client, now)
    await expect(beginTotp(door, principal)).rejects.toMatchObject({ code: 'conflict' })
  })
})

it('nobody changes their own role or disables themselves', async () => {
  const { personId, principal } = await join('ada', 'administrator')
  for (const edit of [{ role: 'viewer' as const }, { disabled: true }])
    await expect(changePerson(store.ledger, personId, edit, principal, now)).rejects.toMatchObject({
      code: 'conflict',
    })
})
