import { z } from 'zod'
import { fleetScopeQuery, readQuery } from '@/app/api/fleet-scope-query'
import { handle } from '@/app/api/handle'
import { readinessCsv } from '@/lib/wire/readiness-csv'

const query = fleetScopeQuery.extend({
  'min-survival-seconds': z.coerce.number().positive().max(86_400).optional(),
  format: z.enum(['json', 'csv']).default('json'),
})

/** How long each cluster outlives its control plane; with `min-survival-seconds`, a gate for pipelines: 409 below. */
export const GET = handle('fleet.read', async ({ engine, request }) => {
  const {
    'min-survival-seconds': minSurvivalSeconds,
    format,
    ...scope
  } = readQuery(
    request,
    query,
    'min-survival-seconds (up to 86400), cluster, product, region, format=json|csv',
  )
  const readiness = await engine.readiness({ minSurvivalSeconds, ...scope })
  if (format === 'json') return readiness
  return new Response(readinessCsv(readiness), {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="holdfast-readiness.csv"',
      'cache-control': 'no-store',
    },
  })
})
