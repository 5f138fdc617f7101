import { handle, readBody } from '@/app/api/handle'
import { declinePost } from '@/lib/wire/approval'

/** Ends the wait for a second person: declined by another, withdrawn by the one who asked. */
export const POST = handle<{ id: string }>('action.abort', async ({ engine, request, params, principal }) =>
  engine.actions.decline(params.id, await readBody(request, declinePost), principal),
)
