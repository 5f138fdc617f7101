import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { HoldfastError } from '../errors'

/** The advisory lock that Prisma's own tooling takes, so that both never migrate at once. */
const PRISMA_LOCK = 72707369

const MIGRATIONS_TABLE = `create table if not exists _prisma_migrations (
  id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz,
  migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
  started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`

interface Applied {
  migration_name: string
  checksum: string
  finished_at: Date | null
}

async function readMigrations(folder: string): Promise<{ name: string; sql: string; checksum: string }[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  return Promise.all(
    names.sort().map(async name => {
      const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/**
 * Applies what is missing of `prisma/migrations`, in Prisma's own table, so that its CLI agrees with the result.
 * Safe to call from several processes at once.
 * @returns names of the migrations applied now
 * @throws HoldfastError `unavailable` when the history in the database does not match the files
 */
export async function migrate(databaseUrl: string, folder: string): Promise<string[]> {
  const migrations = await readMigrations(folder)
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const applied: string[] = []
  try {
    await client.query('select pg_advisory_lock($1)', [PRISMA_LOCK])
    await client.query(MIGRATIONS_TABLE)
    const { rows } = await client.query<Applied>(
      'select migration_name, checksum, finished_at from _prisma_migrations where rolled_back_at is null',
    )
    const done = new Map(rows.map(row => [row.migration_name, row]))
    for (const { name, sql, checksum } of migrations) {
      const before = done.get(name)
      if (before) {
        assertSame(name, before, checksum)
        continue
      }
      await applyOne(client, name, sql, checksum)
      applied.push(name)
    }
  } finally {
    await client.end()
  }
  return applied
}

function assertSame(name: string, before: Applied, checksum: string): void {
  if (!before.finished_at)
    throw new HoldfastError('unavailable', `Migration ${name} was begun and never finished.`, {
      hint: 'Look at it with `npx prisma migrate status`, then resolve it with `npx prisma migrate resolve`.',
    })
  if (before.checksum !== checksum)
    throw new HoldfastError('unavailable', `Migration ${name} was edited after it had been applied.`, {
      hint: 'Put the file back as it was and write a new migration for the change.',
    })
}

async function applyOne(client: pg.Client, name: string, sql: string, checksum: string): Promise<void> {
  await client.query('begin')
  try {
    await client.query(sql)
    await client.query(
      `insert into _prisma_migrations(id, checksum, finished_at, migration_name, applied_steps_count)
       values ($1, $2, now(), $3, 1)`,
      [randomUUID(), checksum, name],
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
