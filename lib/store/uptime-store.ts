import type { Database } from './database'

export interface ProductDayRow {
  product: string
  /** UTC day, `YYYY-MM-DD`. */
  day: string
  watchedSeconds: number
  degradedSeconds: number
  outageSeconds: number
}

/** Seconds of each product's day by status. */
export function createUptimeStore(db: Database) {
  return {
    /** Forgets everything: the simulated world it told of has ended. */
    async clear(): Promise<void> {
      await db.productDay.deleteMany()
    },

    /** Adds to the day's seconds, so that restarts within a day lose nothing. */
    async add(row: ProductDayRow): Promise<void> {
      const key = { product: row.product, day: new Date(`${row.day}T00:00:00Z`) }
      const { watchedSeconds, degradedSeconds, outageSeconds } = row
      await db.productDay.upsert({
        where: { product_day: key },
        create: { ...key, watchedSeconds, degradedSeconds, outageSeconds },
        update: {
          watchedSeconds: { increment: watchedSeconds },
          degradedSeconds: { increment: degradedSeconds },
          outageSeconds: { increment: outageSeconds },
        },
      })
    },

    async since(day: string): Promise<ProductDayRow[]> {
      const rows = await db.productDay.findMany({ where: { day: { gte: new Date(`${day}T00:00:00Z`) } } })
      return rows.map(row => ({ ...row, day: row.day.toISOString().slice(0, 10) }))
    },
  }
}
export type UptimeStore = ReturnType<typeof createUptimeStore>
