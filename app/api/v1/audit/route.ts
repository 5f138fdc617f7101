import { z } from 'zod'
import { readQuery } from '@/app/api/fleet-scope-query'
import { handle } from '@/app/api/handle'
import { auditFilter, FILTER_WORDS } from './audit-query'

const query = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
  ...auditFilter,
})

/** The audit log, newest first, with the result of the last check of its chain. */
export const GET = handle('audit.read', ({ engine, request }) =>
  engine.audit.page(
    readQuery(request, query, `before, limit (whole numbers; limit is at most 1000), ${FILTER_WORDS}`),
  ),
)
