import { handle } from '@/app/api/handle'

/** Goes on where it was paused. */
export const POST = handle<{ id: string }>('action.steer', ({ engine, params, principal }) =>
  engine.actions.resume(params.id, principal),
)
