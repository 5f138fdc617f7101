import { handle, readBody } from '@/app/api/handle'
import { playPartPost } from '@/lib/wire/plays'

/** Plans a later part whose conditions hold now. */
export const POST = handle<{ id: string }>('action.plan', async ({ engine, request, params, principal }) =>
  engine.plays.planPart(params.id, await readBody(request, playPartPost), principal),
)
