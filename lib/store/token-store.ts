import { apiScopes, parseRole, parseScope } from '../access/parse-access'
import type { TokenStore } from '../access/store'
import type { ApiToken } from '../access/types'
import type { ApiToken as ApiTokenRow, Prisma } from './generated/client'

/** Tokens of programs and of probe agents in PostgreSQL. */
export function createTokenStore(db: Prisma.TransactionClient): TokenStore {
  return {
    async createToken({ createdAt, expiresAt, revokedAt: _never, scopes, ...token }) {
      await db.apiToken.create({
        data: {
          ...token,
          scopes: [...scopes],
          createdAt: new Date(createdAt),
          expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
        },
      })
    },

    async findToken(tokenHash, now) {
      const row = await db.apiToken.findFirst({ where: { tokenHash, clusterId: null, ...standing(now) } })
      if (!row) return undefined
      const { id, name, role, scopes } = toToken(row)
      return { id, name, role, via: 'token', scopes: apiScopes(scopes) }
    },

    async findProbeToken(tokenHash, now) {
      const row = await db.apiToken.findFirst({
        where: { tokenHash, clusterId: { not: null }, scopes: { has: 'dns:write' }, ...standing(now) },
      })
      return row?.clusterId ? { id: row.id, name: row.name, clusterId: row.clusterId } : undefined
    },

    async listTokens() {
      return (await db.apiToken.findMany({ orderBy: { createdAt: 'desc' }, take: 500 })).map(toToken)
    },

    async revokeToken(id, now) {
      const [row] = await db.apiToken.updateManyAndReturn({
        where: { id, revokedAt: null },
        data: { revokedAt: new Date(now) },
      })
      return row && toToken(row)
    },
  }
}

function standing(now: number) {
  return { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date(now) } }] }
}

function toToken({ tokenHash: _secret, ...row }: ApiTokenRow): ApiToken {
  return {
    ...row,
    role: parseRole(row.role),
    scopes: row.scopes.map(parseScope),
    clusterId: row.clusterId ?? undefined,
    createdAt: row.createdAt.getTime(),
    expiresAt: row.expiresAt?.getTime(),
    revokedAt: row.revokedAt?.getTime(),
  }
}
