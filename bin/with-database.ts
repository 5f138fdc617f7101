import path from 'node:path'
import { readSettings } from '../lib/engine/settings'
import { type Database, openDatabase } from '../lib/store/database'
import { startEmbeddedPostgres } from '../lib/store/embedded-postgres'
import { migrate } from '../lib/store/migrate'

/** Runs `work` on the database of this data folder; starts the embedded one for that time if it is not running. */
export async function withDatabase<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const settings = readSettings([], process.env)
  const embedded = settings.databaseUrl ? undefined : await startEmbeddedPostgres(settings.dataDir)
  const url = settings.databaseUrl ?? embedded?.url ?? ''
  try {
    await migrate(url, path.resolve('prisma/migrations'))
    const db = openDatabase(url)
    try {
      return await work(db)
    } finally {
      await db.$disconnect()
    }
  } finally {
    if (embedded && !embedded.adopted) await embedded.stop()
  }
}
