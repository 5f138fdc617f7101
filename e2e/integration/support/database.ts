import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../lib/store/embedded-postgres'
import { migrate } from '../../../lib/store/migrate'
import { until } from './until'

const migrations = path.resolve(import.meta.dirname, '../../../prisma/migrations')

/** The embedded PostgreSQL of a data folder, with the newest schema. */
export async function startDatabase(dataDir: string): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres(dataDir)
  await migrate(database.url, migrations)
  return database
}

/** As a power cut would: no checkpoint, no goodbye to anybody. Resolves when its last process has ended. */
export async function killDatabase(database: Pick<EmbeddedPostgres, 'dataDir'>): Promise<void> {
  const file = path.join(database.dataDir, 'postmaster.pid')
  const pid = Number.parseInt(await readFile(file, 'utf8'), 10)
  if (!(pid > 1)) throw new Error(`${file} names no process`)
  process.kill(pid, 'SIGKILL')
  await until('PostgreSQL to be gone', () => !isAlive(pid) || undefined, { everyMs: 20 })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
