import { parseRole } from '../access/create-token'
import type { AccessStore } from '../access/store'
import type { Database } from './database'

/** People's links, sessions and tokens in PostgreSQL. */
export function createAccessStore(db: Database): AccessStore {
  return {
    async createLink({ createdAt, expiresAt, ...link }) {
      await db.signInLink.create({
        data: { ...link, createdAt: new Date(createdAt), expiresAt: new Date(expiresAt) },
      })
    },

    async redeemLink(tokenHash, now) {
      const at = new Date(now)
      const [used] = await db.signInLink.updateManyAndReturn({
        where: { tokenHash, usedAt: null, expiresAt: { gt: at } },
        data: { usedAt: at },
      })
      return used && { name: used.name, role: parseRole(used.role) }
    },

    async createSession({ createdAt, expiresAt, ...session }) {
      await db.session.create({
        data: { ...session, createdAt: new Date(createdAt), expiresAt: new Date(expiresAt) },
      })
    },

    async findSession(tokenHash, now) {
      const row = await db.session.findFirst({
        where: { tokenHash, revokedAt: null, expiresAt: { gt: new Date(now) } },
      })
      return row
        ? { id: row.id, name: row.name, role: parseRole(row.role), via: 'session', csrfToken: row.csrfToken }
        : undefined
    },

    async revokeSession(id, now) {
      await db.session.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date(now) } })
    },

    async createToken({ createdAt, expiresAt, revokedAt: _none, ...token }) {
      await db.apiToken.create({
        data: {
          ...token,
          createdAt: new Date(createdAt),
          expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
        },
      })
    },

    async findToken(tokenHash, now) {
      const row = await db.apiToken.findFirst({
        where: {
          tokenHash,
          revokedAt: null,
          OR: [{ expiresAt: null }, { expiresAt: { gt: new Date(now) } }],
        },
      })
      return row ? { id: row.id, name: row.name, role: parseRole(row.role), via: 'token' } : undefined
    },

    async createProbeToken({ createdAt, expiresAt, ...token }) {
      await db.probeToken.create({
        data: {
          ...token,
          createdAt: new Date(createdAt),
          expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
        },
      })
    },

    async findProbeToken(tokenHash, now) {
      const row = await db.probeToken.findFirst({
        where: {
          tokenHash,
          revokedAt: null,
          OR: [{ expiresAt: null }, { expiresAt: { gt: new Date(now) } }],
        },
      })
      return row ? { id: row.id, name: row.name, clusterId: row.clusterId } : undefined
    },

    async countSessions(now) {
      return db.session.count({ where: { revokedAt: null, expiresAt: { gt: new Date(now) } } })
    },
  }
}
