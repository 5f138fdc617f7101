import { handle, readBody } from '@/app/api/handle'
import { sealApprovePost } from '@/lib/wire/seals'

/** The second person's yes, ahead of any incident. */
export const POST = handle<{ id: string }>('action.approve', async ({ engine, request, params, principal }) =>
  engine.seals.approve(params.id, await readBody(request, sealApprovePost), principal),
)
