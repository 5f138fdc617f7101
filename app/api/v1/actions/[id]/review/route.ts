import { handle, readBody } from '@/app/api/handle'
import { reviewPost } from '@/lib/wire/approval'

/** What somebody else found of an action that went out without a second person. */
export const POST = handle<{ id: string }>('action.approve', async ({ engine, request, params, principal }) =>
  engine.actions.review(params.id, await readBody(request, reviewPost), principal),
)
