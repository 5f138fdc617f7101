import { handle, readBody } from '@/app/api/handle'
import { reviewPost } from '@/lib/wire/access'

/** Another person has looked at a use of a code. */
export const POST = handle<{ id: string }>(
  'break-glass.review',
  async ({ engine, request, params, principal }) => {
    await engine.access.glass.review(params.id, (await readBody(request, reviewPost)).note, principal)
    return new Response(null, { status: 204 })
  },
)
