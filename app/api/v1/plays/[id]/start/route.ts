import { handle, readBody } from '@/app/api/handle'
import { playStartPost } from '@/lib/wire/plays'

/** Plans every part whose conditions hold now. Confirms nothing. */
export const POST = handle<{ id: string }>('action.plan', async ({ engine, request, params, principal }) =>
  Response.json(await engine.plays.start(params.id, await readBody(request, playStartPost), principal), {
    status: 201,
  }),
)
