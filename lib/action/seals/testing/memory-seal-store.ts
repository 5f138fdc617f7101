import type { MemoryAuditStore } from '../../../audit/testing/memory-audit-store'
import type { AuditDraft } from '../../../audit/types'
import type { SealStore } from '../store'
import type { Seal } from '../types'

/** Seals in memory, with the semantics of the real store. */
export class MemorySealStore implements SealStore {
  readonly seals = new Map<string, Seal>()

  constructor(readonly audit: MemoryAuditStore) {}

  async add(seal: Seal, audit: AuditDraft): Promise<void> {
    this.seals.set(seal.id, structuredClone(seal))
    this.audit.appendNow([audit])
  }

  async get(id: string): Promise<Seal | undefined> {
    return structuredClone(this.seals.get(id))
  }

  async list(limit: number): Promise<Seal[]> {
    const newestFirst = [...this.seals.values()].sort((a, b) => b.preparedAt - a.preparedAt)
    return structuredClone(newestFirst.slice(0, limit))
  }

  async change(from: Seal['state'], seal: Seal, audit: AuditDraft): Promise<boolean> {
    if (this.seals.get(seal.id)?.state !== from) return false
    this.seals.set(seal.id, structuredClone(seal))
    this.audit.appendNow([audit])
    return true
  }
}
