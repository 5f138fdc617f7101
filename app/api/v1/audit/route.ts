import { z } from 'zod'
import { handle } from '@/app/api/handle'
import { HoldfastError } from '@/lib/errors'

const query = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
})

/** The audit log, newest first, with the result of checking its chain. */
export const GET = handle('audit.read', ({ engine, request }) => {
  const parsed = query.safeParse(Object.fromEntries(new URL(request.url).searchParams))
  if (!parsed.success)
    throw new HoldfastError(
      'invalid-input',
      '`before` and `limit` are whole numbers; `limit` is at most 1000.',
      {
        where: parsed.error.issues[0]?.path.join('.'),
      },
    )
  return engine.audit(parsed.data.before, parsed.data.limit)
})
