import { handle, readBody } from '@/app/api/handle'
import { confirmPost } from '@/lib/wire/actions'

/** Arms the plan with this digest. */
export const POST = handle<{ id: string }>('action.confirm', async ({ engine, request, params, principal }) =>
  engine.actions.confirm(params.id, await readBody(request, confirmPost), principal),
)
