import { z } from 'zod'
import { readQuery } from '@/app/api/fleet-scope-query'
import { handle } from '@/app/api/handle'

const query = z.object({ format: z.enum(['json', 'markdown']).default('json') })
const TYPES = {
  json: ['application/json; charset=utf-8', 'json'],
  markdown: ['text/markdown; charset=utf-8', 'md'],
} as const

/** One plan as a file, to be kept, sent around or compared: everything that `GET /api/v1/actions/{id}` tells. */
export const GET = handle<{ id: string }>('fleet.read', async ({ engine, request, params }) => {
  const { format } = readQuery(request, query, 'format=json|markdown')
  const [type, extension] = TYPES[format]
  return new Response(await engine.actions.export(params.id, format), {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="holdfast-action-${encodeURIComponent(params.id)}.${extension}"`,
      'cache-control': 'no-store',
    },
  })
})
