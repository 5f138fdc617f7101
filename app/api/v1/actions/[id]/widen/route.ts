import { handle } from '@/app/api/handle'

/** Releases the next wave of its plan without waiting for proof. */
export const POST = handle<{ id: string }>('action.steer', ({ engine, params, principal }) =>
  engine.actions.widen(params.id, principal),
)
