import { identitiesOf } from '../access/identities'
import type { Database } from './database'

/** People who may act here, by what they may do. */
export function createApproverStore(db: Database) {
  return {
    /**
     * Names, each once, with the marks of who they are, of people with one of these roles: those who have an account that they can sign in to, and those
     * in a session that stands.
     */
    async known(roles: readonly string[], now: number): Promise<{ name: string; identities: string[] }[]> {
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
        select: { id: true, name: true, login: true, email: true, oidcSubject: true },
      })
      const sessions = await db.session.findMany({
        where: { ...standing, role, personId: null },
        select: { name: true },
        distinct: ['name'],
      })
      const known = new Map<string, string[]>()
      for (const { name } of sessions) known.set(name, [])
      for (const person of people) known.set(person.name, identitiesOf(person))
      return [...known]
        .map(([name, identities]) => ({ name, identities }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    },
  }
}
