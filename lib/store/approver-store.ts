import type { Database } from './database'

/** People in a session that stands, by what they may do. */
export function createApproverStore(db: Database) {
  return {
    /** Names, each once, of those who have one of these roles. */
    async signedIn(roles: readonly string[], now: number): Promise<string[]> {
      const rows = await db.session.findMany({
        where: { revokedAt: null, expiresAt: { gt: new Date(now) }, role: { in: [...roles] } },
        select: { name: true },
        distinct: ['name'],
        orderBy: { name: 'asc' },
      })
      return rows.map(row => row.name)
    },
  }
}
