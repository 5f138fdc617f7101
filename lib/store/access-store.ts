import type { AccessStore, Ledger } from '../access/store'
import type { AuditDraft } from '../audit/types'
import { appendInTransaction } from './audit-store'
import { createBreakGlassStore } from './break-glass-store'
import type { Database } from './database'
import type { Prisma } from './generated/client'
import { createPersonStore } from './person-store'
import { createSessionStore } from './session-store'
import { createTokenStore } from './token-store'

/** All that `lib/access` keeps, in PostgreSQL. */
export function createAccessStore(db: Prisma.TransactionClient): AccessStore {
  return {
    ...createSessionStore(db),
    ...createPersonStore(db),
    ...createTokenStore(db),
    ...createBreakGlassStore(db),
  }
}

/** Changes in one transaction with their lines in the audit, whose time is `auditNow`. */
export function createAccessLedger(db: Database, auditNow: () => number): Ledger {
  return work =>
    db.$transaction(async tx => {
      const lines: AuditDraft[] = []
      const result = await work(createAccessStore(tx), (actor, verb, subject, detail) =>
        lines.push({ at: auditNow(), actor, verb, subject, detail }),
      )
      await appendInTransaction(tx, lines)
      return result
    })
}
