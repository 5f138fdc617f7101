import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playStoreContract } from '../action/plays/testing/play-store-contract'
import { sealStoreContract } from '../action/seals/testing/seal-store-contract'
import { actionStoreContract } from '../action/testing/action-store-contract'
import { createActionStore } from './action-store'
import { createApproverStore } from './approver-store'
import { createAuditStore } from './audit-store'
import { type Database, openDatabase } from './database'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres'
import { migrate } from './migrate'
import { createPlayStore } from './play-store'
import { createSealStore } from './seal-store'

const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))

describe('the store in PostgreSQL', () => {
  let folder: string
  let postgres: EmbeddedPostgres
  let db: Database

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'action-store-'))
    // PostgreSQL runs as another user when the tests run as root.
    await chmod(folder, 0o755)
    postgres = await startEmbeddedPostgres(folder)
    await migrate(postgres.url, MIGRATIONS)
    db = openDatabase(postgres.url)
  }, 120_000)

  afterAll(async () => {
    await db?.$disconnect()
    await postgres?.stop()
    await rm(folder, { recursive: true, force: true })
  }, 60_000)

  actionStoreContract(async () => {
    await db.$executeRaw`TRUNCATE shot, action, lander, audit_entry`
    return { actions: createActionStore(db), audit: createAuditStore(db) }
  })

  playStoreContract(async () => {
    await db.$executeRaw`TRUNCATE play_run, audit_entry`
    return { plays: createPlayStore(db), audit: createAuditStore(db) }
  })

  sealStoreContract(async () => {
    await db.$executeRaw`TRUNCATE seal, audit_entry`
    return { seals: createSealStore(db), audit: createAuditStore(db) }
  })

  it('knows who may act: people who can sign in, and sessions that stand', async () => {
    const now = Date.parse('2024-12-11T23:00:00Z')
    const person = (name: string, over: object = {}) => ({
      id: name,
      name,
      login: name,
      role: 'responder',
      passwordHash: 'x',
      createdAt: new Date(now),
      createdBy: 'test',
      ...over,
    })
    const session = (name: string, over: object = {}) => ({
      id: `session-${name}`,
      tokenHash: name,
      csrfToken: '',
      name,
      role: 'responder',
      createdAt: new Date(now),
      expiresAt: new Date(now + 1),
      ...over,
    })
    await db.person.createMany({
      data: [
        person('ada'),
        person('grace', { role: 'commander', passwordHash: null }),
        person('gone', { disabledAt: new Date(now) }),
        person('invited', { passwordHash: null }),
        person('looker', { role: 'viewer' }),
      ],
    })
    await db.session.createMany({
      data: [
        session('grace', { personId: 'grace', role: 'viewer' }),
        session('lin'),
        session('over', { expiresAt: new Date(now) }),
        session('revoked', { revokedAt: new Date(now) }),
        session('gone', { personId: 'gone' }),
        session('watcher', { role: 'viewer' }),
      ],
    })
    const roles = ['responder', 'commander', 'administrator']
    const known = await createApproverStore(db).known(roles, now)
    expect(known.map(one => one.identities)).toEqual([['person:ada'], ['person:grace'], []])
    expect(known.map(one => one.name)).toEqual(['ada', 'grace', 'lin'])
  })
})
