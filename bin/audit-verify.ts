// Checks the audit log's hash chain of the Holdfast whose data folder or DATABASE_URL is given.

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { readExportLine } from '../lib/audit/export-line'
import { readChain } from '../lib/audit/store'
import type { AuditEntry } from '../lib/audit/types'
import { verifyChain } from '../lib/audit/verify-chain'
import { HoldfastError } from '../lib/errors'
import { createAuditStore } from '../lib/store/audit-store'
import { withDatabase } from './with-database'

const USAGE = `Usage: npm run audit:verify -- [--file EXPORT.jsonl] [--head HASH]

Prints how many entries there are and the hash of the last one; exit code 1 when the chain is broken.
With --file an export in JSON lines is checked instead, without any database; one that was filtered does not verify.
With --head the chain must end at that hash: keep it elsewhere, since an end that was cut off shows no other way.`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { file: { type: 'string' }, head: { type: 'string' }, help: { type: 'boolean' } },
  })
  if (values.help) return console.log(USAGE)
  if (values.head !== undefined && !/^[0-9a-f]{64}$/.test(values.head))
    throw new HoldfastError(
      'invalid-input',
      `--head is "${values.head.slice(0, 80)}"; it must be 64 hex digits.`,
    )
  const report = values.file
    ? await verifyChain(readExport(values.file), values.head)
    : await withDatabase(db => verifyChain(readChain(createAuditStore(db)), values.head))
  if (report.ok)
    return console.log(`The audit chain is intact: ${report.entries} entries, head ${report.headHash}`)
  console.error(
    `The audit chain is broken: ${report.reason} (${report.entries} entries before it are intact).`,
  )
  process.exitCode = 1
}

/** @throws HoldfastError naming the line that is no entry */
async function* readExport(file: string): AsyncGenerator<AuditEntry> {
  let number = 0
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
  for await (const line of lines) {
    number++
    if (line.trim() !== '') yield readExportLine(line, number)
  }
}

main().catch(error => {
  console.error(
    error instanceof HoldfastError ? [error.message, error.hint].filter(Boolean).join('\n') : error.message,
  )
  process.exit(1)
})
