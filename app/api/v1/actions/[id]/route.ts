import { handle } from '@/app/api/handle'

/** One action with its plan, guards and shots. */
export const GET = handle<{ id: string }>('fleet.read', ({ engine, params }) => engine.actions.get(params.id))
