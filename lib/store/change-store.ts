import { type ChangeDto, changeDto } from '../wire/suspects'
import type { Database } from './database'

/** Changes told by pipelines, newest first. */
export function createChangeStore(db: Database) {
  return {
    /** Forgets everything: the simulated world it told of has ended. */
    async clear(): Promise<void> {
      await db.change.deleteMany()
    },

    async add(change: ChangeDto): Promise<void> {
      const { clusters, unknownClusters, at, sealId: _seal, ...rest } = change
      await db.change.create({ data: { ...rest, at: new Date(at), clusters: { clusters, unknownClusters } } })
    },

    async since(at: number): Promise<ChangeDto[]> {
      const rows = await db.change.findMany({
        where: { at: { gte: new Date(at) } },
        orderBy: { at: 'desc' },
        take: 2_000,
      })
      return rows.map(({ clusters, ...row }) =>
        changeDto.parse({
          ...row,
          ...Object(clusters),
          at: row.at.toISOString(),
          version: row.version ?? undefined,
          note: row.note ?? undefined,
          url: row.url ?? undefined,
        }),
      )
    },
  }
}
