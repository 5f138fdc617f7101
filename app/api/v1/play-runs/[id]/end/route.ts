import { handle } from '@/app/api/handle'

/** Offers nothing more of it; its actions go on. */
export const POST = handle<{ id: string }>('action.plan', async ({ engine, params, principal }) =>
  engine.plays.end(params.id, principal),
)
