import { createAccessLedger, createAccessStore } from '../store/access-store'
import { createActionStore } from '../store/action-store'
import { createApproverStore } from '../store/approver-store'
import { createAuditStore } from '../store/audit-store'
import { createChangeStore } from '../store/change-store'
import { type Database, openDatabase } from '../store/database'
import { createMemoryStore } from '../store/memory-store'
import { createPlayStore } from '../store/play-store'
import { createSealStore } from '../store/seal-store'
import { createTimelineStore } from '../store/timeline-store'
import { createUptimeStore } from '../store/uptime-store'

/** Every store on one pool. Opening never fails; statements may. @param now time of the audit's lines */
export function openStores(databaseUrl: string, now: () => number) {
  const db: Database = openDatabase(databaseUrl)
  return {
    access: createAccessStore(db),
    accessLedger: createAccessLedger(db, now),
    action: createActionStore(db),
    approver: createApproverStore(db),
    audit: createAuditStore(db),
    change: createChangeStore(db),
    memory: createMemoryStore(db),
    play: createPlayStore(db),
    seal: createSealStore(db),
    timeline: createTimelineStore(db),
    uptime: createUptimeStore(db),
    /** @throws when the database does not answer */
    ping: async () => {
      await db.$queryRaw`select 1`
    },
    close: () => db.$disconnect(),
  }
}
export type Stores = ReturnType<typeof openStores>
