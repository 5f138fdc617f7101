import { HoldfastError } from '../errors'
import { GENESIS_HASH } from './append-entry'
import type { AuditEntry } from './types'

/** One entry as a line of JSON, with what its hash covers, so that the file can be verified without Holdfast. */
export function exportLine({ at, ...entry }: AuditEntry): string {
  return `${JSON.stringify({ ...entry, at: new Date(at).toISOString() })}\n`
}

/** @throws HoldfastError `invalid-input` naming the line that is no entry */
export function readExportLine(line: string, number: number): AuditEntry {
  const { seq, at, actor, verb, subject, detail, prevHash, hash } = parse(line)
  const texts = [actor, verb, subject, prevHash, hash]
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN
  const isEntry =
    Number.isInteger(seq) && !Number.isNaN(time) && texts.every(text => typeof text === 'string')
  if (!isEntry || detail === null || typeof detail !== 'object' || Array.isArray(detail))
    throw new HoldfastError('invalid-input', `Line ${number} is no entry of an audit log.`, {
      hint: `Export it anew as JSON lines; the first entry follows ${GENESIS_HASH.slice(0, 8)}…`,
    })
  // Checked above, field by field.
  return { seq, at: time, actor, verb, subject, detail, prevHash, hash } as AuditEntry
}

/** What is no JSON has no fields, which the caller says by the number of its line. */
function parse(line: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(line))
  } catch {
    return {}
  }
}
