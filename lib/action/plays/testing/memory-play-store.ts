import type { MemoryAuditStore } from '../../../audit/testing/memory-audit-store'
import type { AuditDraft } from '../../../audit/types'
import { HoldfastError } from '../../../errors'
import type { PlayStore } from '../store'
import type { PlayRun } from '../types'

/** Runs of plays in memory, with the semantics of the real store. */
export class MemoryPlayStore implements PlayStore {
  readonly runs = new Map<string, PlayRun>()

  constructor(readonly audit: MemoryAuditStore) {}

  async add(run: PlayRun, audit: AuditDraft): Promise<void> {
    const isOpen = (one: PlayRun) => one.state === 'open' && one.play.id === run.play.id
    if (run.state === 'open' && [...this.runs.values()].some(isOpen))
      throw new HoldfastError('conflict', 'Somebody else started this play at the same moment.')
    this.runs.set(run.id, structuredClone(run))
    this.audit.appendNow([audit])
  }

  async get(id: string): Promise<PlayRun | undefined> {
    return structuredClone(this.runs.get(id))
  }

  async list(limit: number): Promise<PlayRun[]> {
    const order = (run: PlayRun) => (run.state === 'open' ? 0 : 1)
    return structuredClone(
      [...this.runs.values()]
        .sort((a, b) => order(a) - order(b) || b.startedAt - a.startedAt)
        .slice(0, limit),
    )
  }

  async change(run: PlayRun, audit: AuditDraft): Promise<boolean> {
    if (this.runs.get(run.id)?.version !== run.version) return false
    this.runs.set(run.id, { ...structuredClone(run), version: run.version + 1 })
    this.audit.appendNow([audit])
    return true
  }
}
