import { handle } from '@/app/api/handle'

/** Sends nothing more until it is resumed; what is under way ends as it ends. */
export const POST = handle<{ id: string }>('action.steer', ({ engine, params, principal }) =>
  engine.actions.pause(params.id, principal),
)
