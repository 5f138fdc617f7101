import { appendEntry } from '../append-entry'
import type { AuditQuery, AuditStore } from '../store'
import type { AuditDraft, AuditEntry } from '../types'

/** The audit in memory, for tests and headless replays. */
export class MemoryAuditStore implements AuditStore {
  readonly entries: AuditEntry[] = []

  /** Synchronous, so that an in-memory transaction can include it. */
  appendNow(drafts: readonly AuditDraft[]): AuditEntry[] {
    return drafts.map(draft => {
      const entry = appendEntry(this.entries.at(-1), draft)
      this.entries.push(entry)
      return entry
    })
  }

  async append(drafts: readonly AuditDraft[]): Promise<AuditEntry[]> {
    return this.appendNow(drafts)
  }

  async list(fromSeq: number, limit: number): Promise<AuditEntry[]> {
    return this.entries.slice(fromSeq - 1, fromSeq - 1 + limit)
  }

  async search({
    actor,
    action,
    subject,
    since,
    until,
    before,
    after,
    limit,
  }: AuditQuery): Promise<AuditEntry[]> {
    const has = (text: string, part = '') => text.toLowerCase().includes(part.toLowerCase())
    const found = this.entries.filter(
      one =>
        has(one.actor, actor) &&
        has(one.verb, action) &&
        has(one.subject, subject) &&
        one.at >= (since ?? one.at) &&
        one.at < (until ?? one.at + 1) &&
        one.seq < (before ?? one.seq + 1) &&
        one.seq > (after ?? 0),
    )
    return after === undefined ? found.slice(-limit).reverse() : found.slice(0, limit)
  }

  async latest(limit: number, subject?: string): Promise<AuditEntry[]> {
    return this.entries
      .filter(entry => subject === undefined || entry.subject === subject)
      .slice(-limit)
      .reverse()
  }
}
