import { z } from 'zod'
import { handle } from '@/app/api/handle'
import { HoldfastError } from '@/lib/errors'
import { readinessCsv } from '@/lib/wire/readiness-csv'

const name = z.string().min(1).max(253).optional()
const query = z.strictObject({
  'min-survival-seconds': z.coerce.number().positive().max(86_400).optional(),
  cluster: name,
  product: name,
  region: name,
  format: z.enum(['json', 'csv']).default('json'),
})

/** How long each cluster outlives its control plane; with `min-survival-seconds`, a gate for pipelines: 409 below. */
export const GET = handle('fleet.read', async ({ engine, request }) => {
  const parsed = query.safeParse(Object.fromEntries(new URL(request.url).searchParams))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new HoldfastError('invalid-input', issue?.message ?? 'The query is not valid.', {
      where: issue?.path.join('.') || 'query',
      hint: 'Known: min-survival-seconds (up to 86400), cluster, product, region, format=json|csv.',
    })
  }
  const { 'min-survival-seconds': minSurvivalSeconds, format, ...which } = parsed.data
  const readiness = await engine.readiness({ minSurvivalSeconds, ...which })
  if (format === 'json') return readiness
  return new Response(readinessCsv(readiness), {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="holdfast-readiness.csv"',
      'cache-control': 'no-store',
    },
  })
})
