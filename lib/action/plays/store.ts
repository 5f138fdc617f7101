import type { AuditDraft } from '../../audit/types'
import type { PlayRun } from './types'

/**
 * What plays need from storage. Each method is one transaction.
 * @throws HoldfastError `unavailable` when storage is away
 */
export interface PlayStore {
  add(run: PlayRun, audit: AuditDraft): Promise<void>
  get(id: string): Promise<PlayRun | undefined>
  /** Open ones first, then newest first. */
  list(limit: number): Promise<PlayRun[]>
  /** Keeps `run` if its version is still the stored one, and raises it. @returns false when somebody else was faster */
  change(run: PlayRun, audit: AuditDraft): Promise<boolean>
}
