import type { AuditDraft } from '../../audit/types'
import type { Seal } from './types'

/**
 * What seals need from storage. Each method is one transaction.
 * @throws HoldfastError `unavailable` when storage is away
 */
export interface SealStore {
  add(seal: Seal, audit: AuditDraft): Promise<void>
  get(id: string): Promise<Seal | undefined>
  /** Newest first. */
  list(limit: number): Promise<Seal[]>
  /** Keeps `seal` if the stored one is still in state `from`. @returns false when somebody else was faster */
  change(from: Seal['state'], seal: Seal, audit: AuditDraft): Promise<boolean>
}
