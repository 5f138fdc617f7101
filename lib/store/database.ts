import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/client'

export type Database = PrismaClient

/** Opens the pool; connects lazily, so that Holdfast starts and shows live state while the database is away. */
export function openDatabase(url: string): Database {
  const adapter = new PrismaPg({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 15_000,
    idleTimeoutMillis: 600_000,
  })
  // A busy machine may take seconds for a commit; giving up early would only add work.
  return new PrismaClient({ adapter, log: [], transactionOptions: { maxWait: 15_000, timeout: 30_000 } })
}
