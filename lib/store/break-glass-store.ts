import type { BreakGlassStore } from '../access/store'
import type { BreakGlassCode } from '../access/types'
import type { BreakGlassCode as BreakGlassRow, Prisma } from './generated/client'

const LISTED = 100

/** Sealed one-time codes and their uses in PostgreSQL. */
export function createBreakGlassStore(db: Prisma.TransactionClient): BreakGlassStore {
  return {
    async replaceCodes(codes, createdBy, now) {
      const at = new Date(now)
      await db.breakGlassCode.updateMany({
        where: { usedAt: null, revokedAt: null },
        data: { revokedAt: at },
      })
      await db.breakGlassCode.createMany({ data: codes.map(code => ({ ...code, createdBy, createdAt: at })) })
    },

    async redeemCode(codeHash, use, now) {
      const [row] = await db.breakGlassCode.updateManyAndReturn({
        where: { codeHash, usedAt: null, revokedAt: null },
        data: { ...use, usedAt: new Date(now) },
      })
      return row?.id
    },

    async listCodes() {
      const rows = await db.breakGlassCode.findMany({
        where: { OR: [{ revokedAt: null }, { usedAt: { not: null } }] },
        orderBy: [{ usedAt: 'desc' }, { createdAt: 'desc' }],
        take: LISTED,
      })
      return rows.map(toCode)
    },

    async findCode(id) {
      const row = await db.breakGlassCode.findUnique({ where: { id } })
      return row ? toCode(row) : undefined
    },

    async unreviewed() {
      const rows = await db.breakGlassCode.findMany({
        where: { usedAt: { not: null }, reviewedAt: null },
        orderBy: { usedAt: 'desc' },
        take: LISTED,
      })
      return rows.map(toCode)
    },

    async reviewCode(id, reviewedBy, reviewNote, now) {
      const { count } = await db.breakGlassCode.updateMany({
        where: { id, usedAt: { not: null }, reviewedAt: null },
        data: { reviewedBy, reviewNote, reviewedAt: new Date(now) },
      })
      return count > 0
    },
  }
}

function toCode({ codeHash: _secret, ...row }: BreakGlassRow): BreakGlassCode {
  return {
    id: row.id,
    createdAt: row.createdAt.getTime(),
    createdBy: row.createdBy,
    revokedAt: row.revokedAt?.getTime(),
    usedAt: row.usedAt?.getTime(),
    usedBy: row.usedBy ?? undefined,
    reason: row.reason ?? undefined,
    address: row.address ?? undefined,
    sessionId: row.sessionId ?? undefined,
    reviewedAt: row.reviewedAt?.getTime(),
    reviewedBy: row.reviewedBy ?? undefined,
    reviewNote: row.reviewNote ?? undefined,
  }
}
