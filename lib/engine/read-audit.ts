import { type AuditStore, readChain } from '../audit/store'
import { verifyChain } from '../audit/verify-chain'
import type { AuditDto } from '../wire/audit'
import { iso } from './dto/times'

/** A page of the audit log, newest first, with the result of checking the whole chain. */
export async function readAudit(
  store: AuditStore,
  before: number | undefined,
  limit: number,
): Promise<AuditDto> {
  const report = await verifyChain(readChain(store))
  const [newest] = await store.latest(1)
  const total = newest?.seq ?? 0
  const last = Math.min(total, (before ?? total + 1) - 1)
  const from = Math.max(1, last - limit + 1)
  const entries = last >= from ? await store.list(from, last - from + 1) : []
  return {
    entries: entries.reverse().map(entry => ({ ...entry, at: iso(entry.at) })),
    intact: report.ok,
    brokenAt: report.ok ? null : report.brokenAt,
    total,
  }
}
