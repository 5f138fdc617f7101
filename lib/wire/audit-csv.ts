import type { AuditEntryDto } from './audit'
import { type CsvColumn, toCsv } from './csv'

const COLUMNS: CsvColumn<AuditEntryDto>[] = [
  ['seq', ({ seq }) => seq],
  ['at', ({ at }) => at],
  ['actor', ({ actor }) => actor],
  ['action', ({ verb }) => verb],
  ['subject', ({ subject }) => subject],
  ['detail', ({ detail }) => JSON.stringify(detail)],
  ['prev_hash', ({ prevHash }) => prevHash],
  ['hash', ({ hash }) => hash],
]

/** Entries as CSV; formulas are defused, so it is for reading, and JSON lines are for verifying. */
export function auditCsv(entries: readonly AuditEntryDto[], hasHead: boolean): string {
  return toCsv(entries, COLUMNS, hasHead)
}
