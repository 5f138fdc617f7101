import { handle, readBody } from '@/app/api/handle'
import { sealWithdrawPost } from '@/lib/wire/seals'

/** Ends a seal before it is used. */
export const POST = handle<{ id: string }>('action.plan', async ({ engine, request, params, principal }) =>
  engine.seals.withdraw(params.id, await readBody(request, sealWithdrawPost), principal),
)
