import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { acceptInvitation } from '../access/accept-invitation'
import { breakGlass, printBreakGlassCodes, reviewBreakGlass } from '../access/break-glass'
import { changePerson } from '../access/change-person'
import { createProbeToken, createToken } from '../access/create-token'
import { invitePerson } from '../access/invite-person'
import { beginTotp, confirmTotp } from '../access/own-account'
import { PasswordHasher } from '../access/password-hash'
import { revokeToken } from '../access/revoke-token'
import { createSealer } from '../access/seal'
import { hashSecret } from '../access/secrets'
import { type Door, signInWithPassword } from '../access/sign-in-with-password'
import type { Ledger } from '../access/store'
import { codeAt } from '../access/testing/totp-code'
import type { Principal } from '../access/types'
import { createAccessLedger, createAccessStore } from './access-store'
import { createAuditStore } from './audit-store'
import { type Database, openDatabase } from './database'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres'
import { migrate } from './migrate'

const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))
const NOW = Date.parse('2024-12-11T23:00:00Z')
const PASSWORD = 'correct horse battery'
const client = { address: '192.0.2.7', agent: 'a browser' }
const admin: Principal = { name: 'Root', role: 'administrator', via: 'session', id: 's0', method: 'link' }

describe('access in PostgreSQL', () => {
  let folder: string
  let postgres: EmbeddedPostgres
  let db: Database
  let ledger: Ledger
  let door: Door

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'access-store-'))
    // PostgreSQL runs as another user when the tests run as root.
    await chmod(folder, 0o755)
    postgres = await startEmbeddedPostgres(folder)
    await migrate(postgres.url, MIGRATIONS)
    db = openDatabase(postgres.url)
    ledger = createAccessLedger(db, () => NOW)
    const hasher = new PasswordHasher({ N: 16, r: 1, p: 1 })
    door = { store: createAccessStore(db), ledger, hasher, sealer: createSealer(Buffer.alloc(32, 7)) }
  }, 120_000)

  afterAll(async () => {
    await db?.$disconnect()
    await postgres?.stop()
    await rm(folder, { recursive: true, force: true })
  }, 60_000)

  beforeEach(async () => {
    await db.$executeRaw`TRUNCATE person, session, sign_in_link, passkey, api_token, sign_in_failure, handshake,
      break_glass_code, audit_entry CASCADE`
  })

  const enter = (password: string, code?: string, now = NOW) =>
    signInWithPassword(door, { login: 'ada', password, code }, client, now)
  async function join() {
    const invitation = await invitePerson(
      ledger,
      { name: 'Ada', login: 'ada', role: 'responder' },
      'Root',
      NOW,
    )
    const opened = await acceptInvitation(
      door,
      { secret: invitation.secret, password: PASSWORD },
      client,
      NOW,
    )
    return { ...opened, personId: invitation.personId }
  }
  const verbs = async () => (await createAuditStore(db).list(1, 100)).map(entry => entry.verb)

  it('keeps a person from the invitation to the end of their sessions', async () => {
    const { sessionSecret, personId, principal } = await join()
    const find = () => door.store.findSession(hashSecret(sessionSecret), NOW + 1)
    expect(await find()).toMatchObject({ name: 'Ada', role: 'responder', personId, method: 'password' })
    await changePerson(ledger, personId, { role: 'commander', name: 'Ada L.' }, admin, NOW)
    expect(await find()).toMatchObject({ name: 'Ada L.', role: 'commander' })
    expect(await door.store.listSessions(NOW)).toMatchObject([{ id: principal.id, address: '192.0.2.7' }])
    await changePerson(ledger, personId, { disabled: true }, admin, NOW)
    expect(await find()).toBeUndefined()
    expect(await door.store.listPeople()).toMatchObject([{ name: 'Ada L.', disabledAt: NOW }])
    expect(await verbs()).toEqual([
      'person.invited',
      'password.set',
      'session.opened',
      'person.renamed',
      'person.role-changed',
      'person.disabled',
    ])
  })

  it('gives nobody a name that somebody has, and keeps nothing of the try', async () => {
    await join()
    const again = invitePerson(ledger, { name: 'Ada', login: 'other', role: 'viewer' }, 'Root', NOW)
    await expect(again).rejects.toMatchObject({ code: 'conflict' })
    expect(await verbs()).toHaveLength(3)
  })

  it('takes an invitation once, even when it is taken twice at the same time', async () => {
    const { secret } = await invitePerson(ledger, { name: 'Ada', login: 'ada', role: 'viewer' }, 'Root', NOW)
    const take = () => acceptInvitation(door, { secret, password: PASSWORD }, client, NOW)
    const answers = await Promise.allSettled([take(), take(), take()])
    expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(1)
  })

  it('counts guesses that come at the same time one by one', async () => {
    await join()
    await Promise.allSettled(Array.from({ length: 12 }, () => enter('wrong password')))
    expect(await db.signInFailure.findMany()).toMatchObject([{ failures: 5 }])
    await expect(enter(PASSWORD)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect((await enter(PASSWORD, undefined, NOW + 60_000)).principal.name).toBe('Ada')
    expect(await db.signInFailure.count()).toBe(0)
  })

  it('takes a one-time code once, even when it comes twice at the same time', async () => {
    const { principal } = await join()
    const { secret } = await beginTotp(door, principal)
    const owner = { by: principal, client }
    await confirmTotp(door, { code: codeAt(secret, NOW), password: PASSWORD }, owner, NOW)
    const later = NOW + 60_000
    const answers = await Promise.allSettled(
      Array.from({ length: 3 }, () => enter(PASSWORD, codeAt(secret, later), later)),
    )
    expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(1)
  })

  it('keeps tokens of both kinds apart, lists them and revokes them', async () => {
    const wish = { name: 'ci', role: 'responder', scopes: ['changes:write'] } as const
    const api = await createToken(ledger, { ...wish, expiresAt: NOW + 1_000 }, 'Root', NOW)
    const probe = await createProbeToken(ledger, { name: 'eu', clusterId: 'eu-1' }, 'Root', NOW)
    const { store } = door
    expect(await store.findToken(hashSecret(api.secret), NOW)).toMatchObject({ scopes: ['changes:write'] })
    expect(await store.findToken(hashSecret(api.secret), NOW + 1_000)).toBeUndefined()
    expect(await store.findProbeToken(hashSecret(api.secret), NOW)).toBeUndefined()
    expect(await store.findToken(hashSecret(probe.secret), NOW)).toBeUndefined()
    expect(await store.findProbeToken(hashSecret(probe.secret), NOW)).toMatchObject({ clusterId: 'eu-1' })
    await revokeToken(ledger, probe.id, 'Root', NOW)
    expect(await store.findProbeToken(hashSecret(probe.secret), NOW)).toBeUndefined()
    expect((await store.listTokens()).map(token => token.scopes)).toContainEqual(['dns:write'])
    expect(await verbs()).toEqual(['token.created', 'token.created', 'token.revoked'])
  })

  it('uses a break-glass code up once, and waits for its review', async () => {
    const [code = ''] = await printBreakGlassCodes(ledger, 'Root', NOW)
    const use = () => breakGlass(ledger, { code, name: 'Ada', reason: 'no provider' }, client, NOW)
    const answers = await Promise.allSettled([use(), use()])
    expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(1)
    const [open] = await door.store.unreviewed()
    expect(open).toMatchObject({ usedBy: 'Ada', reason: 'no provider', address: '192.0.2.7' })
    await reviewBreakGlass(ledger, open?.id ?? '', 'seen', admin, NOW)
    expect(await door.store.unreviewed()).toEqual([])
    expect((await door.store.listCodes()).filter(one => one.usedAt === undefined)).toHaveLength(7)
  })

  it('gives a handshake back once, and not when it is late or of another kind', async () => {
    const keep = (idHash: string) =>
      door.store.createHandshake({
        idHash,
        kind: 'a',
        data: { challenge: 'x' },
        expiresAt: NOW + 10,
        now: NOW,
      })
    await keep('one')
    expect(await door.store.takeHandshake('one', 'b', NOW)).toBeUndefined()
    expect(await door.store.takeHandshake('one', 'a', NOW)).toEqual({ challenge: 'x' })
    expect(await door.store.takeHandshake('one', 'a', NOW)).toBeUndefined()
    await keep('two')
    expect(await door.store.takeHandshake('two', 'a', NOW + 10)).toBeUndefined()
  })

  it('keeps passkeys with their keys', async () => {
    const { personId } = await join()
    const passkey = { id: 'k', personId, name: 'laptop', publicKey: new Uint8Array([1, 2, 3]), counter: 1 }
    await door.store.addPasskey({ ...passkey, transports: ['usb'], rpId: 'localhost', createdAt: NOW })
    await door.store.touchPasskey('k', 4_000_000_000, NOW + 1)
    expect(await door.store.findPasskey('k')).toMatchObject({ counter: 4_000_000_000, lastUsedAt: NOW + 1 })
    expect([...((await door.store.findPasskey('k'))?.publicKey ?? [])]).toEqual([1, 2, 3])
    expect(await door.store.removePasskey('k', 'somebody else')).toBe(false)
    expect(await door.store.removePasskey('k', personId)).toBe(true)
  })
})
