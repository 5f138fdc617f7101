import type { Database } from './database'

/** People who may act here, by what they may do. */
export function createApproverStore(db: Database) {
  return {
    /**
     * Names, each once, of people with one of these roles: those who have an account that they can sign in to, and those
     * in a session that stands.
     */
    async known(roles: readonly string[], now: number): Promise<string[]> {
      const role = { in: [...roles] }
      const standing = { revokedAt: null, expiresAt: { gt: new Date(now) } }
      const people = await db.person.findMany({
        where: {
          role,
          disabledAt: null,
          // Who was invited and never came cannot answer.
          OR: [
            { passwordHash: { not: null } },
            { oidcSubject: { not: null } },
            { passkeys: { some: {} } },
            { sessions: { some: standing } },
          ],
        },
        select: { name: true },
      })
      const sessions = await db.session.findMany({
        where: { ...standing, role, personId: null },
        select: { name: true },
        distinct: ['name'],
      })
      return [...new Set([...people, ...sessions].map(one => one.name))].sort()
    },
  }
}
