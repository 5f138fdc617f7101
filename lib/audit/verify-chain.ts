import { GENESIS_HASH, hashEntry } from './append-entry'
import type { AuditEntry } from './types'

export type ChainReport =
  | { ok: true; entries: number; headHash: string }
  | { ok: false; entries: number; brokenAt: number; reason: string }

/**
 * Reads entries in order of `seq` and reports the first that does not fit: changed, removed, inserted or reordered.
 * An end that was cut off shows only against a head hash kept elsewhere: give it as `expectedHead`.
 */
export async function verifyChain(
  entries: AsyncIterable<AuditEntry> | Iterable<AuditEntry>,
  expectedHead?: string,
): Promise<ChainReport> {
  let count = 0
  let head = GENESIS_HASH
  for await (const entry of entries) {
    const broken = (reason: string): ChainReport => ({
      ok: false,
      entries: count,
      brokenAt: entry.seq,
      reason,
    })
    if (entry.seq !== count + 1)
      return broken(`entry ${count + 1} is missing: the next one is number ${entry.seq}`)
    if (entry.prevHash !== head) return broken(`entry ${entry.seq} does not continue the one before it`)
    if (hashEntry(entry) !== entry.hash)
      return broken(`entry ${entry.seq} was changed after it had been written`)
    head = entry.hash
    count++
  }
  if (expectedHead !== undefined && head !== expectedHead) {
    return {
      ok: false,
      entries: count,
      brokenAt: count + 1,
      reason: 'the chain ends before the given head: entries were cut off',
    }
  }
  return { ok: true, entries: count, headHash: head }
}
