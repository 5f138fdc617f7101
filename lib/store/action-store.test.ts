import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe } from 'vitest'
import { actionStoreContract } from '../action/testing/action-store-contract'
import { createActionStore } from './action-store'
import { createAuditStore } from './audit-store'
import { type Database, openDatabase } from './database'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres'
import { migrate } from './migrate'

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
})
