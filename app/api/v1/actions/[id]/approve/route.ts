import { handle, readBody } from '@/app/api/handle'
import { approvePost } from '@/lib/wire/approval'

/** The second person's yes to the plan with this digest. */
export const POST = handle<{ id: string }>('action.approve', async ({ engine, request, params, principal }) =>
  engine.actions.approve(params.id, await readBody(request, approvePost), principal),
)
