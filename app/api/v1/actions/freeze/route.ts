import { handle } from '@/app/api/handle'

/** Stops all arming at once, until it is thawed. */
export const POST = handle('action.freeze', ({ engine, principal }) => engine.actions.freeze(principal))
