import type { PlayStore } from '../action/plays/store'
import type { PlayRun } from '../action/plays/types'
import { HoldfastError } from '../errors'
import { appendInTransaction } from './audit-store'
import type { Database } from './database'
import { Prisma } from './generated/client'

/** Runs of plays in PostgreSQL; each method is one transaction. */
export function createPlayStore(db: Database): PlayStore {
  return {
    async add(run, audit) {
      try {
        await db.$transaction(async tx => {
          await tx.playRun.create({ data: toData(run) })
          await appendInTransaction(tx, [audit])
        })
      } catch (error) {
        // The partial unique index over open runs: somebody else started it at the same moment.
        if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002')
          throw new HoldfastError('conflict', 'Somebody else started this play at the same moment.', {
            hint: 'Look again.',
          })
        throw error
      }
    },

    async get(id) {
      const row = await db.playRun.findUnique({ where: { id } })
      return row ? toRun(row) : undefined
    },

    async list(limit) {
      const rows = await db.playRun.findMany({
        orderBy: [{ state: 'desc' }, { startedAt: 'desc' }],
        take: limit,
      })
      return rows.map(toRun)
    },

    change: (run, audit) =>
      db.$transaction(async tx => {
        const { count } = await tx.playRun.updateMany({
          where: { id: run.id, version: run.version },
          data: { ...toData(run), version: run.version + 1 },
        })
        if (count === 0) return false
        await appendInTransaction(tx, [audit])
        return true
      }),
  }
}

function toData({ play, parts, startedAt, endedAt, endedBy, ...run }: PlayRun) {
  return {
    ...run,
    play: play as unknown as Prisma.InputJsonObject,
    parts: parts as unknown as Prisma.InputJsonArray,
    startedAt: new Date(startedAt),
    endedBy: endedBy ?? null,
    endedAt: endedAt === undefined ? null : new Date(endedAt),
  }
}

type Row = NonNullable<Awaited<ReturnType<Database['playRun']['findUnique']>>>

function toRun({ state, play, parts, startedAt, endedAt, endedBy, ...row }: Row): PlayRun {
  return {
    ...row,
    state: state === 'open' ? 'open' : 'ended',
    play: play as unknown as PlayRun['play'],
    parts: parts as unknown as PlayRun['parts'],
    startedAt: startedAt.getTime(),
    endedAt: endedAt?.getTime(),
    endedBy: endedBy ?? undefined,
  }
}
