import type { Database } from './database'
import { Prisma } from './generated/client'

export interface Memory {
  clusterId: string
  kind: string
  at: number
  value: unknown
}

/** What was last known good of each cluster, so that a start in the middle of an incident is not blind. */
export function createMemoryStore(db: Database) {
  return {
    async all(): Promise<Memory[]> {
      const rows = await db.clusterMemory.findMany()
      return rows.map(row => ({ ...row, at: row.at.getTime() }))
    },

    /** Writes many in one statement. */
    async save(memories: Memory[]): Promise<void> {
      if (memories.length === 0) return
      const rows = memories.map(
        m => Prisma.sql`(${m.clusterId}, ${m.kind}, ${new Date(m.at)}, ${JSON.stringify(m.value)}::jsonb)`,
      )
      await db.$executeRaw`insert into cluster_memory (cluster_id, kind, at, value) values ${Prisma.join(rows)}
        on conflict (cluster_id, kind) do update set at = excluded.at, value = excluded.value`
    },

    async clear(): Promise<void> {
      await db.clusterMemory.deleteMany()
    },
  }
}
export type MemoryStore = ReturnType<typeof createMemoryStore>
