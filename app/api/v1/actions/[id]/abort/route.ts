import { handle } from '@/app/api/handle'

/** Stops what is not in effect yet. */
export const POST = handle<{ id: string }>('action.abort', ({ engine, params, principal }) =>
  engine.actions.abort(params.id, principal),
)
