import { digestOf } from './canonical-json'
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
    actor: storable(draft.actor),
    verb: draft.verb,
    subject: storable(draft.subject),
    // Through JSON once, so that what is hashed is what any store gives back.
    detail: JSON.parse(JSON.stringify(draft.detail), (_key, value) =>
      typeof value === 'string' ? storable(value) : value,
    ) as Record<string, unknown>,
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

/** PostgreSQL keeps neither NUL nor half of a surrogate pair; both can come in strings from clusters. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').replace(/\p{Surrogate}/gu, '\ufffd')
}
