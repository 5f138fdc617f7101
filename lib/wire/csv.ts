import { stringify } from 'csv-stringify/browser/esm/sync'

/** One column: its heading, and what stands in it. */
export type CsvColumn<T> = [heading: string, value: (row: T) => string | number | null]

/**
 * CSV by RFC 4180. Names come from clusters, so whatever a spreadsheet would take for a formula is defused by an
 * apostrophe.
 */
export function toCsv<T>(rows: readonly T[], columns: readonly CsvColumn<T>[], header = true): string {
  return stringify(
    rows.map(row => columns.map(([, value]) => value(row))),
    { header, columns: columns.map(([heading]) => heading), escape_formulas: true },
  )
}
