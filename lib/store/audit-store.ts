import { appendEntry } from '../audit/append-entry'
import type { AuditStore } from '../audit/store'
import type { AuditDraft, AuditEntry } from '../audit/types'
import type { Database } from './database'
import type { AuditEntry as AuditRow, Prisma } from './generated/client'

/** Any number; the same wherever the chain is appended to. */
const CHAIN_LOCK = 720_368_601

/** The hash chain in PostgreSQL. */
export function createAuditStore(db: Database): AuditStore {
  return {
    append: drafts => db.$transaction(tx => appendInTransaction(tx, drafts)),

    async list(fromSeq, limit) {
      const rows = await db.auditEntry.findMany({
        where: { seq: { gte: fromSeq } },
        orderBy: { seq: 'asc' },
        take: limit,
      })
      return rows.map(toEntry)
    },

    async search({ actor, action, subject, since, until, before, after, limit }) {
      const has = (part: string | undefined) =>
        part === undefined ? undefined : ({ contains: literal(part), mode: 'insensitive' } as const)
      const rows = await db.auditEntry.findMany({
        where: {
          actor: has(actor),
          verb: has(action),
          subject: has(subject),
          at: { gte: dateOf(since), lt: dateOf(until) },
          seq: { lt: before, gt: after },
        },
        orderBy: { seq: after === undefined ? 'desc' : 'asc' },
        take: limit,
      })
      return rows.map(toEntry)
    },

    async latest(limit, subject) {
      const rows = await db.auditEntry.findMany({ where: { subject }, orderBy: { seq: 'desc' }, take: limit })
      return rows.map(toEntry)
    },
  }
}

/**
 * Appends inside a caller's transaction, so that a change and its record are one. The chain has one writer at a time:
 * call this last, since the lock is held until the transaction ends.
 */
export async function appendInTransaction(
  tx: Prisma.TransactionClient,
  drafts: readonly AuditDraft[],
): Promise<AuditEntry[]> {
  if (drafts.length === 0) return []
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${CHAIN_LOCK})`
  let last: Pick<AuditEntry, 'seq' | 'hash'> | undefined =
    (await tx.auditEntry.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true, hash: true } })) ??
    undefined
  const entries: AuditEntry[] = []
  for (const draft of drafts) {
    const entry = appendEntry(last, draft)
    entries.push(entry)
    last = entry
  }
  await tx.auditEntry.createMany({
    data: entries.map(entry => ({
      ...entry,
      at: new Date(entry.at),
      detail: entry.detail as Prisma.InputJsonObject,
    })),
  })
  return entries
}

/** What people type is no pattern. */
const literal = (text: string) => text.replace(/[\\%_]/g, '\\$&')
const dateOf = (at: number | undefined) => (at === undefined ? undefined : new Date(at))

function toEntry({ at, detail, ...row }: AuditRow): AuditEntry {
  const known = detail !== null && typeof detail === 'object' && !Array.isArray(detail) ? detail : {}
  return { ...row, at: at.getTime(), detail: known }
}
