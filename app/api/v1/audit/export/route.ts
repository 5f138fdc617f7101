import { z } from 'zod'
import { readQuery } from '@/app/api/fleet-scope-query'
import { handle } from '@/app/api/handle'
import { auditFilter, FILTER_WORDS } from '../audit-query'

const query = z.object({ format: z.enum(['jsonl', 'csv']).default('jsonl'), ...auditFilter })
const TYPES = {
  jsonl: 'application/jsonl; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
}

/** Every entry in order, or those that a filter holds: JSON lines with the chain's hashes, or CSV. */
export const GET = handle('audit.read', async ({ engine, request }) => {
  const { format, ...filter } = readQuery(request, query, `format=jsonl|csv, ${FILTER_WORDS}`)
  return new Response(await engine.audit.export(filter, format), {
    headers: {
      'content-type': TYPES[format],
      'content-disposition': `attachment; filename="holdfast-audit.${format}"`,
      'cache-control': 'no-store',
    },
  })
})
