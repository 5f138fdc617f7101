import type { TimelineEntry } from '../incident/types'
import { timelineEntryDto } from '../wire/timeline'
import type { Database } from './database'

/** The incident's timeline. */
export function createTimelineStore(db: Database) {
  return {
    /** Forgets everything: the simulated world it told of has ended. */
    async clear(): Promise<void> {
      await db.timelineEntry.deleteMany()
    },

    async add(entries: TimelineEntry[]): Promise<void> {
      if (entries.length === 0) return
      await db.timelineEntry.createMany({
        data: entries.map(entry => ({ ...entry, at: new Date(entry.at) })),
        skipDuplicates: true,
      })
    },

    /** The newest `limit` entries at or after `since`, newest first. */
    async newest(limit: number, since: number): Promise<TimelineEntry[]> {
      const rows = await db.timelineEntry.findMany({
        where: { at: { gte: new Date(since) } },
        orderBy: [{ at: 'desc' }, { id: 'desc' }],
        take: limit,
      })
      return rows.map(row => {
        const { at, clusterId, actionId, ...rest } = timelineEntryDto.parse({
          ...row,
          at: row.at.toISOString(),
        })
        return {
          ...rest,
          at: Date.parse(at),
          clusterId: clusterId ?? undefined,
          actionId: actionId ?? undefined,
        }
      })
    },
  }
}
export type TimelineStore = ReturnType<typeof createTimelineStore>
