import type { SealStore } from '../action/seals/store'
import type { Seal } from '../action/seals/types'
import { appendInTransaction } from './audit-store'
import type { Database } from './database'
import { Prisma } from './generated/client'

/** Seals in PostgreSQL; each method is one transaction. */
export function createSealStore(db: Database): SealStore {
  return {
    add: (seal, audit) =>
      db.$transaction(async tx => {
        await tx.seal.create({ data: toData(seal) })
        await appendInTransaction(tx, [audit])
      }),

    async get(id) {
      const row = await db.seal.findUnique({ where: { id } })
      return row ? toSeal(row) : undefined
    },

    async list(limit) {
      return (await db.seal.findMany({ orderBy: { preparedAt: 'desc' }, take: limit })).map(toSeal)
    },

    change: (from, seal, audit) =>
      db.$transaction(async tx => {
        const { count } = await tx.seal.updateMany({
          where: { id: seal.id, state: from },
          data: toData(seal),
        })
        if (count === 0) return false
        await appendInTransaction(tx, [audit])
        return true
      }),
  }
}

function toData({ scope, preparedBy, preparedAs, preparedAt, expiresAt, answer, used, ...seal }: Seal) {
  return {
    ...seal,
    // The marks of who prepared it lie beside the scope: they are nothing that the digest is over.
    scope: { scope, preparedAs } as unknown as Prisma.InputJsonObject,
    preparedBy,
    preparedAt: new Date(preparedAt),
    expiresAt: new Date(expiresAt),
    answer: (answer as unknown as Prisma.InputJsonObject) ?? Prisma.DbNull,
    used: (used as unknown as Prisma.InputJsonObject) ?? Prisma.DbNull,
  }
}

type Row = NonNullable<Awaited<ReturnType<Database['seal']['findUnique']>>>

function toSeal({ state, scope, preparedAt, expiresAt, answer, used, ...row }: Row): Seal {
  const kept = Object(scope)
  return {
    ...row,
    state: state as Seal['state'],
    scope: kept.scope,
    preparedAs: kept.preparedAs,
    preparedAt: preparedAt.getTime(),
    expiresAt: expiresAt.getTime(),
    answer: (answer as unknown as Seal['answer']) ?? undefined,
    used: (used as unknown as Seal['used']) ?? undefined,
  }
}
