import { digestOf } from './canonical-json'
import { storableJson, storableText } from './storable-json'
import type { AuditDraft, AuditEntry } from './types'

/** `prevHash` of the first entry. */
export const GENESIS_HASH = '0'.repeat(64)

/** Links a draft to the entry before it; pure. `last` is undefined for the first. */
export function appendEntry(
  last: Pick<AuditEntry, 'seq' | 'hash'> | undefined,
  draft: AuditDraft,
): AuditEntry {
  const unsealed = {
    seq: (last?.seq ?? 0) + 1,
    at: Math.round(draft.at),
    actor: storableText(draft.actor),
    verb: draft.verb,
    subject: storableText(draft.subject),
    // What is hashed is what any store gives back.
    detail: storableJson(draft.detail),
    prevHash: last?.hash ?? GENESIS_HASH,
  }
  return { ...unsealed, hash: hashEntry(unsealed) }
}

/** SHA-256 over the canonical JSON of all fields but the hash. */
export function hashEntry({
  seq,
  at,
  actor,
  verb,
  subject,
  detail,
  prevHash,
}: Omit<AuditEntry, 'hash'>): string {
  return digestOf({ seq, at, actor, verb, subject, detail, prevHash })
}
