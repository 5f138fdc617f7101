import { handle, readBody } from '@/app/api/handle'
import { overridePost } from '@/lib/wire/approval'

/** Arms without a second person when none answered in time: alarmed, and to be reviewed. */
export const POST = handle<{ id: string }>(
  'action.override',
  async ({ engine, request, params, principal }) =>
    engine.actions.override(params.id, await readBody(request, overridePost), principal),
)
