import { handle } from '@/app/api/handle'

/** Puts back what the action removed. */
export const POST = handle<{ id: string }>('action.undo', ({ engine, params, principal }) =>
  engine.actions.undo(params.id, principal),
)
