import { handle, readBody } from '@/app/api/handle'
import { sealArmPost } from '@/lib/wire/seals'

/** Plans what was sealed on the targets as they are now, and arms it within what was approved. */
export const POST = handle<{ id: string }>('action.confirm', async ({ engine, request, params, principal }) =>
  engine.seals.arm(params.id, await readBody(request, sealArmPost), principal),
)
