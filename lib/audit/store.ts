import type { AuditDraft, AuditEntry } from './types'

/** Which entries are meant, by what they contain; letters' case does not count. */
export interface AuditQuery {
  actor?: string
  action?: string
  subject?: string
  /** Epoch ms, included. */
  since?: number
  /** Epoch ms, not included. */
  until?: number
  /** Newest first, older than this number. */
  before?: number
  /** Or in order, after this number. */
  after?: number
  limit: number
}

/** Append-only: there is no way to change or remove an entry. */
export interface AuditStore {
  /** Appends in order, all or none, one writer at a time. Rooms with their own transaction append inside it. */
  append(drafts: readonly AuditDraft[]): Promise<AuditEntry[]>
  /** In order of `seq`, from `fromSeq` (1 is the first) at most `limit`. */
  list(fromSeq: number, limit: number): Promise<AuditEntry[]>
  /** Newest first, optionally of one subject. */
  latest(limit: number, subject?: string): Promise<AuditEntry[]>
  /** Newest first, or in order when `after` is given. */
  search(query: AuditQuery): Promise<AuditEntry[]>
}

/** Every entry in order, read in pages so that a long chain is never held whole. */
export async function* readChain(store: AuditStore, pageSize = 500): AsyncGenerator<AuditEntry> {
  for (let from = 1; ; ) {
    const page = await store.list(from, pageSize)
    yield* page
    const last = page.at(-1)
    if (!last || page.length < pageSize) return
    from = last.seq + 1
  }
}
