import { appendEntry } from '../append-entry'
import type { AuditStore } from '../store'
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

  async latest(limit: number, subject?: string): Promise<AuditEntry[]> {
    return this.entries
      .filter(entry => subject === undefined || entry.subject === subject)
      .slice(-limit)
      .reverse()
  }
}
